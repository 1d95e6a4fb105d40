package com.example;

import static com.google.common.truth.Truth.assertThat;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.mimic.MimicResolver;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.inmemory.Decision;
import dev.mimic.inmemory.Fault;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.inmemory.Transfer;
import dev.mimic.junit.Host;
import dev.mimic.junit.MimicExtension;
import dev.mimic.sockets.FlowSocketFactory;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

@ExtendWith(MimicExtension.class)
@SuppressWarnings("try") // a fault lasts while it is open
class PooledDatabaseTest {
  private static final String DATABASE = "tcp://db.example.com:5432";

  private FlowServer server;

  @BeforeEach
  void serve(@Host("db.example.com") MimicResolver database) throws IOException {
    server =
        FlowServer.serve(database.listen(DATABASE), flow -> PlayedPostgres.serve(flow, "hello"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static HikariDataSource pool(MimicResolver resolver, String parameters) {
    // The driver asks the JVM for the address of a host, so the factory has the real one.
    FlowSocketFactory factory = FlowSocketFactory.ofAddress(resolver, DATABASE);
    PGSimpleDataSource driver = new PGSimpleDataSource();
    driver.setUrl(
        "jdbc:postgresql://localhost/shop?user=ann&%s&%s"
            .formatted(PostgresSockets.parameters(factory), parameters));
    HikariConfig config = new HikariConfig();
    config.setDataSource(driver); // with a URL, HikariCP limits the logins of all drivers
    config.setMaximumPoolSize(1);
    config.setConnectionTimeout(3000); // in real time
    return new HikariDataSource(config);
  }

  private static String query(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT greeting FROM greetings")) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  private static FutureTask<String> start(Connection connection) {
    FutureTask<String> query = new FutureTask<>(() -> query(connection));
    Thread.ofVirtual().start(query);
    return query;
  }

  @Test
  void query_duringShortPartition_isAnswered(
      InMemoryNetwork network, @Host("web") MimicResolver web, ManualTimeSource time)
      throws Exception {
    try (HikariDataSource pool = pool(web, "socketTimeout=30");
        Connection connection = pool.getConnection()) {
      FutureTask<String> query;
      try (Fault cut = network.partition("web", "db.example.com")) {
        query = start(connection);
        time.awaitTimers(1, Duration.ofSeconds(10)); // the driver waits for the answer
        time.advance(Duration.ofSeconds(29));
      }
      assertThat(query.get(10, SECONDS)).isEqualTo("hello");
    }
  }

  @Test
  void query_duringLongPartition_failsAndPoolRecovers(
      InMemoryNetwork network, @Host("web") MimicResolver web, ManualTimeSource time)
      throws Exception {
    try (HikariDataSource pool = pool(web, "socketTimeout=30")) {
      Connection dead = pool.getConnection();
      try (Fault cut = network.partition("web", "db.example.com")) {
        FutureTask<String> query = start(dead);
        time.awaitTimers(1, Duration.ofSeconds(10));
        time.advance(Duration.ofSeconds(30)); // takes no time
        Exception failure = assertThrows(ExecutionException.class, () -> query.get(10, SECONDS));
        assertThat(failure.getCause()).hasCauseThat().isInstanceOf(SocketTimeoutException.class);

        dead.close(); // the pool has evicted it already
        assertThrows(SQLTransientConnectionException.class, pool::getConnection);
      }
      try (Connection next = pool.getConnection()) {
        assertThat(query(next)).isEqualTo("hello");
        assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isEqualTo(1);
      }
    }
  }

  @Test
  void query_withoutSocketTimeout_waitsForPartition(
      InMemoryNetwork network, @Host("web") MimicResolver web, ManualTimeSource time)
      throws Exception {
    CountDownLatch sent = new CountDownLatch(1);
    try (HikariDataSource pool = pool(web, "socketTimeout=0"); // the default
        Connection connection = pool.getConnection()) {
      FutureTask<String> query;
      try (Fault cut =
          network.inject(
              transfer -> {
                if (transfer.kind() == Transfer.Kind.BYTES) {
                  sent.countDown(); // the query is on its way
                }
                return Decision.hold();
              })) {
        query = start(connection);
        assertThat(sent.await(10, SECONDS)).isTrue();
        time.advance(Duration.ofDays(1));
        assertThat(query.isDone()).isFalse();
      }
      assertThat(query.get(10, SECONDS)).isEqualTo("hello");
    }
  }
}
