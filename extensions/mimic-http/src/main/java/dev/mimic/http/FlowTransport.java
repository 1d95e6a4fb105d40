package dev.mimic.http;

import java.net.SocketAddress;
import java.util.Map;
import org.eclipse.jetty.client.AbstractHttpClientTransport;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http2.client.transport.ClientConnectionFactoryOverHTTP2;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.Transport;

/** Jetty asks its transport to connect; here that is done before, by the resolver. */
final class FlowTransport extends AbstractHttpClientTransport {

  /** A flow that stands, encrypted or not: nothing is looked up, and no TLS put over it. */
  static final Transport CONNECTED =
      new Transport() {
        @Override
        public boolean isIntrinsicallySecure() {
          return true;
        }
      };

  FlowTransport(NoSockets connector, ClientConnectionFactoryOverHTTP2 http2) {
    installBean(connector);
    installBean(http2);
  }

  @Override
  public Origin newOrigin(Request request) {
    throw connectedElsewhere();
  }

  @Override
  public Destination newDestination(Origin origin) {
    throw connectedElsewhere();
  }

  @Override
  public void connect(SocketAddress address, Map<String, Object> context) {
    throw connectedElsewhere();
  }

  @Override
  public Connection newConnection(EndPoint endPoint, Map<String, Object> context) {
    throw connectedElsewhere();
  }

  private static UnsupportedOperationException connectedElsewhere() {
    return new UnsupportedOperationException("connections are opened by the resolver alone");
  }
}
