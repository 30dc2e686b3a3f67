package workshop.wire;

import java.time.Duration;

/** What senders, listeners and fault scripts may use at most: the backend's heap is 256 MB. */
public final class Limits {
  private Limits() {}

  /** The largest body, in bytes, before and after decompression. */
  static final int BODY_BYTES = 16 << 20;

  /** How long a sender may take to send a request, and to read a response. */
  public static final int REQUEST_SECONDS = 30;

  /**
   * How long unfinished requests, and then the inbox's listeners, may take once the backend closes.
   */
  static final int CLOSE_SECONDS = 2;

  /**
   * The memory of all unfinished requests. The heap also has room for what is kept, twice because a
   * view may still read what was deleted, and for one view that decodes requests.
   */
  static final int UNFINISHED_BYTES = 48 << 20;

  /** How long a sender is asked to wait if the memory is used up. */
  static final int RETRY_AFTER_SECONDS = 1;

  /** How much memory decoding a request may take; it leaves room for the request itself. */
  static final long DECODED_BYTES = UNFINISHED_BYTES - BODY_BYTES;

  /** A larger body is read by a worker; plain protobuf of this size takes half a millisecond. */
  static final int EVENT_LOOP_BYTES = 256 << 10;

  /** Threads that read large bodies. */
  static final int WORKERS = 4;

  /** The memory of the exchanges that an inbox keeps, however many those are. */
  static final long KEPT_BYTES = 40L << 20;

  /** The memory of the exchanges that wait for one listener. */
  static final long WAITING_BYTES = 4 << 20;

  /** Batches whose attempts are counted. */
  static final int BATCHES = 1000;

  /** The request line, and all headers together; the metadata of gRPC. */
  public static final int HEAD_BYTES = 16 << 10;

  /** How long a TLS handshake may take. */
  static final int TLS_HANDSHAKE_SECONDS = 10;

  /** HTTP: how much is read from a socket at once. */
  static final int HTTP_READ_BYTES = 64 << 10;

  /** HTTP: how much of a rejected body is still read. */
  static final long HTTP_DISCARDED_BYTES = 256L << 20;

  /** HTTP: how long a sender may take to read the last response, even while it is still sending. */
  public static final int HTTP_LINGER_SECONDS = 2;

  /** HTTP: connections that wait to be accepted; further ones have to retry after a second. */
  static final int HTTP_BACKLOG = 1024;

  /** gRPC: more metadata than this gets a response without a reason, from gRPC itself. */
  static final int GRPC_READABLE_METADATA_BYTES = 128 << 10;

  /** gRPC: concurrent calls on one connection; an exporter has one, or a few. */
  static final int GRPC_CALLS = 100;

  /** gRPC: calls that one connection may begin and reset in {@link #GRPC_RESET_SECONDS}. */
  static final int GRPC_RESETS = 200;

  static final int GRPC_RESET_SECONDS = 30;

  /** gRPC: how much a connection may send ahead; it is stored outside the heap. */
  static final int GRPC_WINDOW_BYTES = 256 << 10;

  /** Faults in a script. */
  static final int SCRIPT_FAULTS = 50;

  /** How often a script repeats a fault. */
  static final int SCRIPT_TIMES = 1000;

  /** How long a script may ask a sender to wait. */
  static final Duration SCRIPT_RETRY = Duration.ofHours(1);

  /** Faults that are queued. */
  static final int QUEUED_FAULTS = 200;

  /** How long a queued fault delays a response. */
  static final Duration DELAY = Duration.ofSeconds(60);

  /** Responses that faults delay at the same time, each with a thread. */
  static final int DELAYED = 100;

  /** How long a fault that a request set for itself delays the response. */
  static final Duration REQUESTED_DELAY = Duration.ofSeconds(10);

  /** Responses that such faults delay at the same time. */
  static final int REQUESTED_DELAYED = 20;
}
