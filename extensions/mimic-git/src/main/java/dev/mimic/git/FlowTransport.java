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

/** Git's own protocol over flows: one for each conversation, which ends with it. */
final class FlowTransport extends Transport implements PackTransport {
  private static final int BUFFER_BYTES = 16 * 1024;

  private final Services services;

  /** What connects to a service of the server. */
  @FunctionalInterface
  interface Services {
    /** Returns a flow whose other end is this service, such as {@code git-upload-pack}. */
    Flow connect(String service) throws IOException;
  }

  /** Makes one that is not connected. */
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
    return new Fetching(this, connect(getOptionUploadPack()), wanted, more);
  }

  @Override
  public PushConnection openPush() throws TransportException {
    return new Pushing(this, connect(getOptionReceivePack()));
  }

  private Flow connect(String service) throws TransportException {
    try {
      return services.connect(service);
    } catch (IOException e) {
      throw new TransportException(uri, String.valueOf(e.getMessage()), e);
    }
  }

  /** There is nothing to close: each conversation closes its own flow. */
  @Override
  public void close() {}

  private static BufferedInputStream inputOf(Flow flow) {
    return new BufferedInputStream(flow.inputStream(), BUFFER_BYTES);
  }

  private static BufferedOutputStream outputOf(Flow flow) {
    return new BufferedOutputStream(flow.outputStream(), BUFFER_BYTES);
  }

  /** Closes it, whatever comes of that: what was to be said has been said, or could not be. */
  private static void end(Flow flow) {
    try {
      flow.close();
    } catch (IOException e) {
      // What the conversation came to is known already.
    }
  }

  private static final class Fetching extends BasePackFetchConnection {
    private final Flow flow;
    private final Advertisement advertised;

    Fetching(FlowTransport transport, Flow flow, Collection<RefSpec> wanted, String... more)
        throws TransportException {
      super(transport);
      this.flow = flow;
      this.advertised = new Advertisement(inputOf(flow), uri.toString());
      init(advertised, outputOf(flow));
      if (!readAdvertisedRefs()) { // it speaks version 2, and wants to be asked for them
        lsRefs(wanted, more);
        if (Arrays.asList(more).contains(HEAD) && getRef(HEAD) == null) {
          addUnbornHead();
        }
      }
    }

    /** Asks which branch HEAD is on that has no commit yet, which JGit does not. */
    private void addUnbornHead() throws TransportException {
      if (!UnbornHead.isTold(requireNonNullElse(getCapability("ls-refs"), ""))) {
        return;
      }
      try {
        UnbornHead.ask(pckOut);
        Map<String, Ref> refs = new LinkedHashMap<>(getRefsMap());
        UnbornHead.read(pckIn).ifPresent(branch -> refs.put(HEAD, unborn(branch)));
        available(refs);
      } catch (IOException e) {
        close();
        throw new TransportException(uri, String.valueOf(e.getMessage()), e);
      }
    }

    private static Ref unborn(String branch) {
      return new SymbolicRef(HEAD, new Unpeeled(Ref.Storage.NEW, branch, null));
    }

    /** {@inheritDoc} In versions 0 and 1, JGit keeps no boundaries of a source that is shallow. */
    @Override
    protected void doFetch(
        ProgressMonitor monitor,
        Collection<Ref> wanted,
        Set<ObjectId> have,
        @Nullable OutputStream messages)
        throws TransportException {
      try {
        // Of a commit that is here, the parents are here too.
        Set<ObjectId> boundaries = new HashSet<>();
        for (ObjectId each : advertised.shallow()) {
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
      end(flow);
    }
  }

  private static final class Pushing extends BasePackPushConnection {
    private final Flow flow;

    Pushing(FlowTransport transport, Flow flow) throws TransportException {
      super(transport);
      this.flow = flow;
      init(new Advertisement(inputOf(flow), uri.toString()), outputOf(flow));
      boolean unused = readAdvertisedRefs(); // nobody pushes by version 2
    }

    @Override
    public void close() {
      super.close();
      end(flow);
    }
  }
}
