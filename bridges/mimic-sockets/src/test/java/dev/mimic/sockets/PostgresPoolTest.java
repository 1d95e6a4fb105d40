package dev.mimic.sockets;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.common.collect.ImmutableSet;
import com.google.inject.Guice;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.inmemory.Fault;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A test of HikariCP with PostgreSQL's driver and server, of which a host in memory is a relay:
 *
 * <pre>
 * HikariCP -- web ~~ in memory ~~ db.example.com -- Unix socket -- PostgreSQL
 * </pre>
 */
@SuppressWarnings("try") // a fault lasts while it is open
@Timeout(value = 180, threadMode = SEPARATE_THREAD)
final class PostgresPoolTest {
  private static final String DATABASE = "tcp://db.example.com:5432";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path folder;

  private final InMemoryNetwork network = InMemoryNetwork.create();
  private final MimicResolver unix =
      Guice.createInjector(new UnixLikeModule()).getInstance(MimicResolver.class);

  private MimicResolver resolver(String host) {
    return MimicResolver.builder().network(network.host(host)).build();
  }

  private FlowServer serveRelay(ServerProgram database) throws IOException {
    String address = "unix:" + database.socket();
    return FlowServer.serve(
        resolver("db.example.com").listen(DATABASE), client -> relay(client, address));
  }

  private void relay(Flow client, String address) throws Exception {
    try (Flow server = unix.resolve(address)) {
      Thread back = Thread.ofVirtual().start(() -> copyBack(server, client));
      client.inputStream().transferTo(server.outputStream());
      server.shutdownOutput();
      back.join();
    }
  }

  private static void copyBack(Flow server, Flow client) {
    try (client) {
      server.inputStream().transferTo(client.outputStream());
    } catch (IOException e) {
      // One of them has gone.
    }
  }

  /** Returns a pool of two connections by a data source: by a URL, HikariCP sets a global limit. */
  private HikariDataSource pool() {
    ClassNamedSockets.factory = FlowSocketFactory.ofAddress(resolver("web"), DATABASE);
    HikariConfig config = new HikariConfig();
    config.setDataSourceClassName("org.postgresql.ds.PGSimpleDataSource");
    config.addDataSourceProperty("databaseName", "postgres");
    config.addDataSourceProperty("user", "ann");
    config.addDataSourceProperty("socketFactory", ClassNamedSockets.Plain.class.getName());
    config.addDataSourceProperty("socketTimeout", 3); // seconds
    config.setMaximumPoolSize(2);
    config.setConnectionTimeout(6_000);
    config.setValidationTimeout(250); // the least
    return new HikariDataSource(config);
  }

  private static long ask(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      assertThat(rows.next()).isTrue();
      return rows.getLong(1);
    }
  }

  /** Returns the process of the server for a connection. */
  private static long process(Connection connection) throws SQLException {
    return ask(connection, "select pg_backend_pid()");
  }

  private static void awaitClients(Connection connection, long expected) throws SQLException {
    String query = "select count(*) from pg_stat_activity where backend_type = 'client backend'";
    long end = System.nanoTime() + LIMIT.toNanos();
    long found = ask(connection, query);
    while (found != expected && System.nanoTime() < end) {
      found = ask(connection, query);
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void pool_afterPartition_hasNewConnections() throws Exception {
    try (ServerProgram database = ServerProgram.postgres(folder);
        network) {
      try (FlowServer relay = serveRelay(database);
          HikariDataSource pool = pool()) {
        assertThat(relay.address()).isEqualTo(DATABASE);
        Connection used = pool.getConnection();
        ImmutableSet<Long> before;
        try (Connection idle = pool.getConnection()) {
          before = ImmutableSet.of(process(used), process(idle));
        }
        assertThat(before).hasSize(2);

        try (Fault cut = network.partition("web", "db.example.com")) {
          // The query fails after the timeout of the driver, in which the other one is idle.
          SQLException failure = assertThrows(SQLException.class, () -> process(used));
          assertThat(failure.getCause()).isInstanceOf(SocketTimeoutException.class);
          assertThat(failure.getSQLState()).isEqualTo("08006"); // connection failure
          used.close();
          long start = System.nanoTime();
          assertThrows(SQLTransientConnectionException.class, pool::getConnection);
          assertThat(System.nanoTime() - start).isLessThan(LIMIT.toNanos());
        }

        try (Connection first = pool.getConnection();
            Connection second = pool.getConnection()) {
          assertThat(before).containsNoneOf(process(first), process(second));
          awaitClients(first, 2); // the server has noticed that the old ones are closed
        }
      }
      assertThat(network.open()).isEmpty();
    }
  }
}
