package workshop.wire;

import java.io.IOException;

/** Another process uses a port on which the backend should listen. */
public final class PortTakenException extends IOException {
  private static final long serialVersionUID = 1;
  private final int port;

  PortTakenException(int port, Throwable cause) {
    super("port " + port + " is in use", cause);
    this.port = port;
  }

  public int port() {
    return port;
  }
}
