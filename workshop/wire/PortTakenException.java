package workshop.wire;

import java.io.IOException;

/** A port on which the backend should listen is in use by another process. */
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
