package dev.mimic.sockets;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.inject.Guice;
import com.mysql.cj.jdbc.AbandonedConnectionCleanupThread;
import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.LDAPConnection;
import dev.mimic.MimicResolver;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.apache.commons.net.ftp.FTPClient;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Tests of unmodified third-party drivers with their servers, over TCP and Unix domain sockets. */
@Timeout(value = 180, threadMode = SEPARATE_THREAD)
final class DriversTest {
  private static final int MANY_BYTES = 3_000_000;

  @TempDir Path folder;

  private final MimicResolver resolver =
      Guice.createInjector(new UnixLikeModule()).getInstance(MimicResolver.class);

  private SocketFactory overTcp() {
    return FlowSocketFactory.of(resolver);
  }

  private SocketFactory overUnix(ServerProgram server) {
    return FlowSocketFactory.ofAddress(resolver, "unix:" + server.socket());
  }

  private static void assertDatabaseWorks(String url, SocketFactory by) throws SQLException {
    ClassNamedSockets.factory = by;
    String text = "ü".repeat(MANY_BYTES / 2);
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      String large = url.contains("postgresql") ? "text" : "longtext";
      statement.execute("create temporary table kept (id int, content %s)".formatted(large));
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
          connection.prepareStatement("insert into kept values (?, ?)")) {
        for (int i = 0; i < 100; i++) {
          insert.setInt(1, i);
          insert.setString(2, i == 7 ? text : "row " + i);
          insert.addBatch();
        }
        assertThat(insert.executeBatch()).hasLength(100);
      }
      connection.commit();
      try (ResultSet rows = statement.executeQuery("select id, content from kept order by id")) {
        for (int i = 0; i < 100; i++) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getString(2).equals(i == 7 ? text : "row " + i)).isTrue();
        }
      }
      assertThat(connection.isValid(20)).isTrue();
    }
  }

  @Test
  void mariaDb_overTcpAndUnix_works() throws Exception {
    try (ServerProgram server = ServerProgram.mariaDb(folder)) {
      String url =
          "jdbc:mariadb://localhost:%d/mysql?user=root&socketFactory=%s"
              .formatted(server.port(), ClassNamedSockets.Plain.class.getName());
      assertDatabaseWorks(url, overUnix(server));
      assertDatabaseWorks(url, overTcp());
      url =
          "jdbc:mysql://localhost:%d/mysql?user=root&sslMode=DISABLED&socketFactory=%s"
              .formatted(server.port(), ClassNamedSockets.MySql.class.getName());
      assertDatabaseWorks(url, overUnix(server));
      assertDatabaseWorks(url, overTcp());
    } finally {
      AbandonedConnectionCleanupThread.checkedShutdown();
    }
  }

  @Test
  void postgres_overTcpAndUnix_works() throws Exception {
    try (ServerProgram server = ServerProgram.postgres(folder)) {
      String url =
          "jdbc:postgresql://localhost:%d/postgres?user=ann&socketFactory=%s"
              .formatted(server.port(), ClassNamedSockets.Plain.class.getName());
      assertDatabaseWorks(url, overUnix(server));
      assertDatabaseWorks(url, overTcp());
    }
  }

  @Test
  void redis_overTcpAndUnix_works() throws Exception {
    try (ServerProgram server = ServerProgram.redis(folder)) {
      for (SocketFactory by : new SocketFactory[] {overUnix(server), overTcp()}) {
        assertRedisWorks(server, by);
      }
    }
  }

  private static void assertRedisWorks(ServerProgram server, SocketFactory by) throws Exception {
    String text = "x".repeat(MANY_BYTES);
    CompletableFuture<String> received = new CompletableFuture<>();
    CompletableFuture<String> listening = new CompletableFuture<>();
    JedisPubSub listener =
        new JedisPubSub() {
          @Override
          public void onSubscribe(String channel, int count) {
            listening.complete(channel);
          }

          @Override
          public void onMessage(String channel, String message) {
            received.complete(message);
            unsubscribe();
          }
        };
    try (Jedis jedis = new Jedis(() -> connected(by, server));
        Jedis second = new Jedis(() -> connected(by, server))) {
      assertThat(jedis.set("colour", text)).isEqualTo("OK");
      assertThat(second.get("colour").equals(text)).isTrue();
      Thread subscriber = Thread.ofVirtual().start(() -> second.subscribe(listener, "news"));
      assertThat(listening.get(20, TimeUnit.SECONDS)).isEqualTo("news");
      jedis.publish("news", "hello");
      assertThat(received.get(20, TimeUnit.SECONDS)).isEqualTo("hello");
      subscriber.join(20_000);
    }
  }

  private static Socket connected(SocketFactory by, ServerProgram server) {
    try {
      return by.createSocket("localhost", server.port());
    } catch (IOException e) {
      throw new JedisConnectionException(e);
    }
  }

  @Test
  void mqtt_overTcpAndUnix_works() throws Exception {
    try (ServerProgram server = ServerProgram.mosquitto(folder)) {
      for (SocketFactory by : new SocketFactory[] {overUnix(server), overTcp()}) {
        assertMqttWorks("tcp://localhost:" + server.port(), by);
      }
    }
  }

  private static void assertMqttWorks(String url, SocketFactory by) throws Exception {
    MqttConnectOptions options = new MqttConnectOptions();
    options.setSocketFactory(by);
    options.setConnectionTimeout(20);
    CompletableFuture<Integer> received = new CompletableFuture<>();
    MqttClient client = new MqttClient(url, "ann", new MemoryPersistence());
    try {
      client.connect(options);
      client.subscribe(
          "news", 1, (topic, message) -> received.complete(message.getPayload().length));
      client.publish("news", new byte[MANY_BYTES], 1, false);
      assertThat(received.get(60, TimeUnit.SECONDS)).isEqualTo(MANY_BYTES);
      client.disconnect();
    } finally {
      client.close();
    }
  }

  @Test
  void ldap_overUnix_works() throws Exception {
    String address = "unix:" + folder.resolve("ldap.sock");
    InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=example,dc=org");
    config.setListenerConfigs(
        new InMemoryListenerConfig(
            "unix",
            null,
            0,
            FlowServerSocketFactory.ofAddress(resolver, address),
            FlowSocketFactory.ofAddress(resolver, address),
            null));
    InMemoryDirectoryServer server = new InMemoryDirectoryServer(config);
    server.startListening();
    try (LDAPConnection client =
        new LDAPConnection(FlowSocketFactory.ofAddress(resolver, address), "localhost", 389)) {
      client.add("dn: dc=example,dc=org", "objectClass: domain", "dc: example");
      client.add("dn: uid=ann,dc=example,dc=org", "objectClass: account", "uid: ann");
      assertThat(client.getEntry("uid=ann,dc=example,dc=org").getAttributeValue("uid"))
          .isEqualTo("ann");
    } finally {
      server.shutDown(true);
    }
  }

  @Test
  void ftp_passiveAndActive_transfersFiles() throws Exception {
    try (ServerProgram server = ServerProgram.vsftpd(folder)) {
      byte[] content = "ü".repeat(MANY_BYTES / 2).getBytes(UTF_8);
      Path file = folder.resolve("root/file");
      Files.write(file, content);
      FTPClient client = new FTPClient();
      client.setSocketFactory(overTcp());
      client.setServerSocketFactory(FlowServerSocketFactory.of(resolver));
      client.connect("127.0.0.1", server.port());
      try {
        assertThat(client.login("anonymous", "")).isTrue();
        assertThat(client.setFileType(FTPClient.BINARY_FILE_TYPE)).isTrue();
        for (boolean extended : new boolean[] {false, true}) {
          client.setUseEPSVwithIPv4(extended);
          client.enterLocalPassiveMode();
          try (InputStream in = client.retrieveFileStream("file")) {
            assertThat(in.readAllBytes()).isEqualTo(content);
          }
          assertThat(client.completePendingCommand()).isTrue();
          client.enterLocalActiveMode();
          assertThat(client.listNames()).asList().containsExactly("file");
        }
        assertThat(client.logout()).isTrue();
      } finally {
        client.disconnect();
      }
    }
  }
}
