package workshop.wire;

import io.grpc.Status;

/** Translates the status codes of the two protocols, and names HTTP's. */
final class StatusCodes {
  private StatusCodes() {}

  /**
   * The gRPC code that a client derives from an HTTP error.
   *
   * @see <a href="https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md">gRPC's
   *     mapping</a>
   */
  static int toGrpc(int http) {
    return switch (http) {
      case 400 -> 13; // INTERNAL
      case 401 -> 16; // UNAUTHENTICATED
      case 403 -> 7; // PERMISSION_DENIED
      case 404 -> 12; // UNIMPLEMENTED
      case 429, 502, 503, 504 -> 14; // UNAVAILABLE
      default -> 2; // UNKNOWN
    };
  }

  /** The gRPC code in the body of an HTTP error that the backend itself causes. */
  static int ofRefusal(int http) {
    return switch (http) {
      case 400 -> 3; // INVALID_ARGUMENT
      case 503 -> 14; // UNAVAILABLE
      default -> 2; // UNKNOWN
    };
  }

  /**
   * The HTTP code for a gRPC code, as the OpenTelemetry Collector maps it: what a sender may retry
   * over OTLP/gRPC, it may retry over OTLP/HTTP.
   *
   * @see <a
   *     href="https://github.com/open-telemetry/opentelemetry-collector/blob/main/receiver/otlpreceiver/internal/errors/errors.go">the
   *     Collector's mapping</a>
   */
  static int toHttp(int grpc) {
    return switch (grpc) {
      case 1, 4, 10, 11, 14, 15 -> 503;
      case 8 -> 429; // RESOURCE_EXHAUSTED
      case 3 -> 400; // INVALID_ARGUMENT
      case 16 -> 401; // UNAUTHENTICATED
      case 7 -> 403; // PERMISSION_DENIED
      case 12 -> 404; // UNIMPLEMENTED
      default -> 500;
    };
  }

  /** For example {@code UNAVAILABLE}. */
  static String grpcName(int code) {
    return Status.fromCodeValue(code).getCode().name();
  }

  /** For example {@code Service Unavailable}; the class of a code without a name of its own. */
  static String httpName(int code) {
    return switch (code) {
      case 100 -> "Continue";
      case 200 -> "OK";
      case 301 -> "Moved Permanently";
      case 302 -> "Found";
      case 304 -> "Not Modified";
      case 307 -> "Temporary Redirect";
      case 308 -> "Permanent Redirect";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 407 -> "Proxy Authentication Required";
      case 408 -> "Request Timeout";
      case 413 -> "Content Too Large";
      case 414 -> "URI Too Long";
      case 415 -> "Unsupported Media Type";
      case 429 -> "Too Many Requests";
      case 431 -> "Request Header Fields Too Large";
      case 500 -> "Internal Server Error";
      case 501 -> "Not Implemented";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      case 505 -> "HTTP Version Not Supported";
      default -> code < 400 ? "Redirection" : code < 500 ? "Client Error" : "Server Error";
    };
  }
}
