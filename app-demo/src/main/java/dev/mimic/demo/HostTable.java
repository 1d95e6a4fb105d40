package dev.mimic.demo;

import com.google.common.collect.ImmutableMap;
import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.Map;

/** A hop that connects to other addresses in place of those in a table, and to no others. */
record HostTable(Map<HostPort, HostPort> servers) implements Network.Hop {
  HostTable {
    servers = ImmutableMap.copyOf(servers);
  }

  @Override
  public Network through(Network lower) {
    return new Network() {
      @Override
      public Flow connect(HostPort to, Deadline deadline) throws IOException {
        HostPort server = servers.get(to);
        if (server == null) {
          throw new UnknownHostException(to + ": the demo has the servers " + servers.keySet());
        }
        return lower.connect(server, deadline);
      }

      @Override
      public FlowListener listen(HostPort at, Deadline deadline) throws IOException {
        return lower.listen(at, deadline);
      }

      @Override
      public String describe(HostPort to) {
        return lower.describe(servers.getOrDefault(to, to));
      }
    };
  }
}
