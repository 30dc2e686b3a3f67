package workshop.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.Status;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Date;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Receives OTLP/HTTP: {@code POST} to a signal's path, protobuf or JSON, plain or gzip.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#otlphttp">OTLP/HTTP</a>
 */
final class HttpReceiver implements AutoCloseable {
  private static final byte[] NOTHING = {};
  private static final byte[] GARBAGE = "this is not HTTP\r\n".getBytes(ISO_8859_1);
  private static final byte[] HALF_AN_ANSWER =
      ("HTTP/1.1 200 OK\r\nContent-Type: "
              + HttpCall.PROTOBUF
              + "\r\nContent-Length: 30\r\n\r\n"
              + "half a response")
          .getBytes(ISO_8859_1);

  /** Profiles have a path, but are still in development. */
  private static final String PROFILES = "/v1development/profiles";

  /** More unfinished requests than there can ever be; closing waits for all of them. */
  private static final int MANY = 1 << 16;

  private final ReceiverContext shared;
  private final Semaphore idle = new Semaphore(MANY);
  private final ChannelGroup connections =
      new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private Channel listener;
  private volatile boolean closing;

  private HttpReceiver(ReceiverContext shared) {
    this.shared = shared;
  }

  /**
   * @param tls empty for plain HTTP
   */
  static HttpReceiver start(InetAddress bind, int port, Optional<Tls> tls, ReceiverContext shared)
      throws IOException {
    HttpReceiver receiver = new HttpReceiver(shared);
    var bound =
        new ServerBootstrap()
            .group(shared.accepting(), shared.loops())
            .channelFactory(Addresses.channels(bind))
            .option(ChannelOption.SO_BACKLOG, Limits.HTTP_BACKLOG)
            // With Netty's default, the memory it holds outside the heap grows under load.
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    receiver.connections.add(channel);
                    HttpConnection.serve(channel, tls, shared, receiver);
                  }
                })
            .bind(bind, port)
            .awaitUninterruptibly();
    if (bound.cause() instanceof BindException e && e.getMessage().contains("in use")) {
      throw new PortTakenException(port, e);
    }
    if (!bound.isSuccess()) {
      throw new IOException(bound.cause().getMessage(), bound.cause());
    }
    receiver.listener = bound.channel();
    return receiver;
  }

  int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Override
  public void close() {
    closing = true;
    listener.close().awaitUninterruptibly();
    boolean allAnswered = false;
    try {
      allAnswered = idle.tryAcquire(MANY, Limits.CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    if (allAnswered) {
      idle.release(MANY); // so that a second close does not wait
    }
  }

  /** From now on a close waits for it. */
  void begin(HttpCall call) {
    call.counted = !closing && idle.tryAcquire();
  }

  /** In the thread of the connection's loop, which must not wait. */
  void accept(HttpCall call) {
    shared.read(call.bytesToRead(), () -> work(call, () -> receive(call)));
  }

  /** A failure of the backend itself closes the connection. */
  private void work(HttpCall call, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      call.connection.channel().close();
      done(call);
      throw e;
    }
  }

  /** The request got its response, or will not get one. Called once for each that began. */
  void done(HttpCall call) {
    call.share.close();
    if (call.counted) {
      idle.release();
    }
  }

  private void receive(HttpCall call) {
    HttpStatusException refusal;
    try {
      if (!call.counted) {
        throw HttpStatusException.busy("this backend is closing");
      }
      byte[] wire = call.body();
      check(call);
      byte[] decoded = HttpBody.decompress(wire, call.encodings(), call.share);
      call.decompressed(decoded);
      RequestBody body =
          call.protocol == Protocol.HTTP_JSON
              ? RequestBody.ofJson(decoded, call.signal, call.share)
              : RequestBody.ofProtobuf(decoded, call.signal, call.share);
      call.read(body);
      Faults.Served fault = shared.faults().next(call.incoming(body));
      if (fault == null) {
        record(call, body.protobuf(), Answer.ofHttp(200, "OK", ""));
        answer(call, call.signal.success());
      } else if (fault.fault().holds()) {
        shared.late(fault, () -> work(call, () -> serve(fault, call, body.protobuf())));
      } else {
        serve(fault, call, body.protobuf());
      }
      return;
    } catch (InvalidProtocolBufferException e) {
      refusal = HttpStatusException.invalid("not an OTLP request: " + e.getMessage());
    } catch (RequestedFaults.InvalidHeader e) {
      refusal = HttpStatusException.invalid(e.getMessage());
    } catch (RequestBody.TooLarge e) {
      refusal = HttpStatusException.tooLarge(e.getMessage());
    } catch (Budget.Spent e) {
      refusal = HttpStatusException.busy(e.getMessage());
    } catch (HttpStatusException e) {
      refusal = e;
    }
    record(call, ByteString.EMPTY, refusal.answer());
    send(call, refusal(call.protocol, refusal.answer()));
  }

  private void check(HttpCall call) throws HttpStatusException {
    if (!call.isHttp1()) {
      throw new HttpStatusException(
          505, "this port is for OTLP/HTTP (HTTP/1.1); send OTLP/gRPC (HTTP/2) to the gRPC port");
    }
    if (!call.validTarget) {
      throw HttpStatusException.invalid(
          "not a valid request target: " + HttpStatusException.cut(call.path));
    }
    if (call.signal == null) {
      throw new HttpStatusException(404, noSignal(call.path));
    }
    if (!call.head.method().equals(HttpMethod.POST)) {
      throw new HttpStatusException(
          405, "OTLP/HTTP uses POST, not " + HttpStatusException.cut(call.head.method().name()));
    }
    if (!call.isAuthorized(shared.token())) {
      throw new HttpStatusException(401, Call.UNAUTHORIZED);
    }
    if (call.protocol == Protocol.HTTP_OTHER) {
      throw new HttpStatusException(
          415, "Content-Type must be " + HttpCall.PROTOBUF + " or " + HttpCall.JSON);
    }
  }

  private static String noSignal(String path) {
    String served = "; use /v1/traces, /v1/metrics or /v1/logs";
    if (path.equals(PROFILES)) {
      return path + " is an OTLP/HTTP path, but this backend does not receive profiles" + served;
    }
    Signal meant = Signal.ofPath(path.replaceAll("/+", "/"));
    return HttpStatusException.cut(path)
        + " is not an OTLP/HTTP path"
        + (meant == null
            ? served
            : "; use " + meant.path() + " (does the endpoint end with a slash?)");
  }

  /** Responds as the fault says, and waits as long as it delays the response. */
  private void serve(Faults.Served served, HttpCall call, ByteString body) {
    Fault fault = served.fault();
    shared.faults().hold(fault.delay());
    Answer answer = Answer.of(served, call.protocol);
    record(call, answer.accepted() ? body : ByteString.EMPTY, answer);
    if (fault.refuses()) {
      answer(call, answer.code(), served.told(), fault);
    } else if (fault.action() == Fault.Action.PARTIAL) {
      answer(call, call.signal.partialSuccess(answer.rejected(), served.told()));
    } else if (answer.accepted()) {
      answer(call, call.signal.success());
    } else {
      spoil(served, call.connection.channel());
      done(call);
    }
  }

  /** Sends an invalid response, or none. */
  private void spoil(Faults.Served served, SocketChannel channel) {
    switch (served.fault().action()) {
      case RESET -> Tcp.reset(channel);
      case GARBAGE -> Tcp.end(channel, GARBAGE);
      case HALF -> Tcp.end(channel, HALF_AN_ANSWER);
      case HANG -> {
        shared.faults().hold(served.longestHang());
        Tcp.end(channel, NOTHING);
      }
      default -> Tcp.end(channel, NOTHING);
    }
  }

  private void record(HttpCall call, ByteString body, Answer answer) {
    shared.inbox().add(call.exchange(body, answer));
  }

  /** The response to a request that the backend itself rejects. */
  static FullHttpResponse refusal(Protocol protocol, Answer reason) {
    int code = reason.code();
    FullHttpResponse response =
        error(protocol, code, StatusCodes.ofRefusal(code), reason.message());
    HttpHeaders headers = response.headers();
    switch (code) {
      case 401 -> headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
      case 405 -> headers.set(HttpHeaderNames.ALLOW, "POST");
      case 415 -> {
        headers.set("Accept-Post", HttpCall.PROTOBUF + ", " + HttpCall.JSON);
        headers.set(HttpHeaderNames.ACCEPT_ENCODING, "gzip");
      }
      case 503 -> headers.set(HttpHeaderNames.RETRY_AFTER, Limits.RETRY_AFTER_SECONDS);
      default -> {}
    }
    return response;
  }

  private void answer(HttpCall call, int code, String message, Fault fault) {
    FullHttpResponse response = error(call.protocol, code, fault.grpcCode(), message);
    HttpHeaders headers = response.headers();
    if (fault.retry() != null) {
      headers.set(HttpHeaderNames.RETRY_AFTER, (fault.retry().toMillis() + 999) / 1000);
    }
    if (fault.action() == Fault.Action.TOKEN) {
      headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    send(call, response);
  }

  private void answer(HttpCall call, Message success) {
    send(call, response(call.protocol, 200, success, ""));
  }

  /** An error's body is a {@code google.rpc.Status} in the encoding of the request, else text. */
  private static FullHttpResponse error(Protocol protocol, int code, int grpcCode, String message) {
    Status status = Status.newBuilder().setCode(grpcCode).setMessage(message).build();
    return response(protocol, code, status, message);
  }

  private static FullHttpResponse response(
      Protocol protocol, int code, Message message, String text) {
    String type = "text/plain; charset=utf-8";
    byte[] body = (text + "\n").getBytes(UTF_8);
    if (protocol == Protocol.HTTP_PROTOBUF) {
      type = HttpCall.PROTOBUF;
      body = message.toByteArray();
    } else if (protocol == Protocol.HTTP_JSON) {
      type = HttpCall.JSON;
      body = OtlpJson.print(message).getBytes(UTF_8);
    }
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(code, StatusCodes.httpName(code)),
            Unpooled.wrappedBuffer(code == 304 ? NOTHING : body));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
    response.headers().set(HttpHeaderNames.DATE, DateFormatter.format(new Date()));
    HttpUtil.setContentLength(response, response.content().readableBytes());
    return response;
  }

  private void send(HttpCall call, FullHttpResponse response) {
    HttpUtil.setKeepAlive(response, call.keepsAlive());
    if (call.head.method().equals(HttpMethod.HEAD)) {
      response.content().clear(); // its length is still announced
    }
    call.connection.answer(response).addListener(sent -> done(call));
  }
}
