package dev.mimic.git;

import static java.util.Objects.requireNonNullElse;
import static org.eclipse.jgit.lib.Constants.HEAD;

import dev.mimic.flow.Flow;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectIdRef.Unpeeled;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.SymbolicRef;
import org.eclipse.jgit.transport.BasePackFetchConnection;
import org.eclipse.jgit.transport.BasePackPushConnection;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.PackTransport;
import org.eclipse.jgit.transport.PushConnection;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;

/** The Git protocol over flows. Each connection to a service has its own flow, and closes it. */
final class FlowTransport extends Transport implements PackTransport {
  private static final int BUFFER_BYTES = 16 * 1024;

  private final Services services;

  /** A connector to the services of a server. */
  @FunctionalInterface
  interface Services {
    /** Returns a flow to a service, such as {@code git-upload-pack}. */
    Flow connect(String service) throws IOException;
  }

  /** Creates a transport that is not connected yet. */
  FlowTransport(Repository local, URIish uri, Services services) {
    super(local, uri);
    this.services = services;
  }

  @Override
  public FetchConnection openFetch() throws TransportException {
    return openFetch(List.of());
  }

  @Override
  public FetchConnection openFetch(Collection<RefSpec> wanted, String... more)
      throws TransportException {
    return new FlowFetchConnection(this, connect(getOptionUploadPack()), wanted, more);
  }

  @Override
  public PushConnection openPush() throws TransportException {
    return new FlowPushConnection(this, connect(getOptionReceivePack()));
  }

  private Flow connect(String service) throws TransportException {
    try {
      return services.connect(service);
    } catch (IOException e) {
      throw new TransportException(uri, String.valueOf(e.getMessage()), e);
    }
  }

  /** Does nothing, since each connection closes its own flow. */
  @Override
  public void close() {}

  private static BufferedInputStream inputOf(Flow flow) {
    return new BufferedInputStream(flow.inputStream(), BUFFER_BYTES);
  }

  private static BufferedOutputStream outputOf(Flow flow) {
    return new BufferedOutputStream(flow.outputStream(), BUFFER_BYTES);
  }

  /** Closes a flow and ignores failures. */
  private static void closeQuietly(Flow flow) {
    try {
      flow.close();
    } catch (IOException e) {
      // The result of the transfer is known already.
    }
  }

  private static final class FlowFetchConnection extends BasePackFetchConnection {
    private final Flow flow;
    private final Advertisement advertisement;

    FlowFetchConnection(
        FlowTransport transport, Flow flow, Collection<RefSpec> wanted, String... more)
        throws TransportException {
      super(transport);
      this.flow = flow;
      this.advertisement = new Advertisement(inputOf(flow), uri.toString());
      init(advertisement, outputOf(flow));
      if (!readAdvertisedRefs()) { // version 2 lists refs on request
        lsRefs(wanted, more);
        if (Arrays.asList(more).contains(HEAD) && getRef(HEAD) == null) {
          addUnbornHead();
        }
      }
    }

    /** Asks for the branch of a HEAD without commits, which JGit does not ask for. */
    private void addUnbornHead() throws TransportException {
      if (!UnbornHead.isOffered(requireNonNullElse(getCapability("ls-refs"), ""))) {
        return;
      }
      try {
        UnbornHead.writeRequest(pckOut);
        Map<String, Ref> refs = new LinkedHashMap<>(getRefsMap());
        UnbornHead.readResponse(pckIn).ifPresent(branch -> refs.put(HEAD, unborn(branch)));
        available(refs);
      } catch (IOException e) {
        close();
        throw new TransportException(uri, String.valueOf(e.getMessage()), e);
      }
    }

    private static Ref unborn(String branch) {
      return new SymbolicRef(HEAD, new Unpeeled(Ref.Storage.NEW, branch, null));
    }

    /** {@inheritDoc} In versions 0 and 1, JGit does not record shallow boundaries of the source. */
    @Override
    protected void doFetch(
        ProgressMonitor monitor,
        Collection<Ref> wanted,
        Set<ObjectId> have,
        @Nullable OutputStream messages)
        throws TransportException {
      try {
        // The parents of a local commit are local too, so that it is no boundary.
        Set<ObjectId> boundaries = new HashSet<>();
        for (ObjectId each : advertisement.shallow()) {
          if (!local.getObjectDatabase().has(each)) {
            boundaries.add(each);
          }
        }
        super.doFetch(monitor, wanted, have, messages);
        if (!boundaries.isEmpty()) {
          Set<ObjectId> all = new HashSet<>(local.getObjectDatabase().getShallowCommits());
          for (ObjectId each : boundaries) {
            if (local.getObjectDatabase().has(each)) {
              all.add(each);
            }
          }
          local.getObjectDatabase().setShallowCommits(all);
        }
      } catch (TransportException e) {
        throw e;
      } catch (IOException e) {
        throw new TransportException(uri, String.valueOf(e.getMessage()), e);
      }
    }

    @Override
    public void close() {
      super.close();
      closeQuietly(flow);
    }
  }

  private static final class FlowPushConnection extends BasePackPushConnection {
    private final Flow flow;

    FlowPushConnection(FlowTransport transport, Flow flow) throws TransportException {
      super(transport);
      this.flow = flow;
      init(new Advertisement(inputOf(flow), uri.toString()), outputOf(flow));
      boolean unused = readAdvertisedRefs(); // version 2 has no push
    }

    @Override
    public void close() {
      super.close();
      closeQuietly(flow);
    }
  }
}
