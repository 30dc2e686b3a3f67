package workshop.wire;

import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.text.Excerpt;
import workshop.wire.Fault.Action;

/**
 * A list of faults, separated by commas, for the next requests:
 *
 * <pre>[Nx] ACTION [key=value ...] [for grpc|http|path=/...|service=NAME ...]</pre>
 *
 * <p>For example {@code 2x 503 retry-after=1, hang for grpc, token=abc}. A request can set its own
 * faults with such a script in the header {@code workshop-fault}; {@link RequestedFaults} says what
 * is not allowed there.
 */
public final class FaultScript {
  private static final Pattern COUNT = Pattern.compile("(\\d{1,6})x");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final Pattern TIME = Pattern.compile("(\\d{1,6}(?:\\.\\d{1,3})?)(ms|s|m|)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(B|kB|MB|KiB|MiB|)");

  private final List<Fault> faults;

  /** Where a script comes from, and what it may contain. */
  private enum Place {
    QUEUE(
        2000,
        Limits.DELAY,
        "a status such as 503 or UNAVAILABLE, or hang, close, reset,\n"
            + "garbage, half, delay=, partial=, token= or limit=",
        "delay=, retry-after=, retry-info=, message=, partial=, token= or limit=",
        "a status, partial=, token= or limit="),
    HTTP_HEADER(
        200,
        Limits.REQUESTED_DELAY,
        "a status such as 503, or hang, close, reset, garbage, half, delay= or partial=",
        "delay=, retry-after=, retry-info=, message= or partial=",
        "a status or partial="),
    GRPC_HEADER(
        200,
        Limits.REQUESTED_DELAY,
        "over gRPC a status such as UNAVAILABLE, or hang, delay= or partial=",
        "delay=, retry-after=, retry-info=, message= or partial=",
        "a status or partial=");

    private final int longest;
    private final Duration longestDelay;
    private final String actions;
    private final String keys;
    private final String withMessage;

    Place(int longest, Duration longestDelay, String actions, String keys, String withMessage) {
      this.longest = longest;
      this.longestDelay = longestDelay;
      this.actions = actions;
      this.keys = keys;
      this.withMessage = withMessage;
    }
  }

  private FaultScript(List<Fault> faults) {
    this.faults = List.copyOf(faults);
  }

  /**
   * Reads a script.
   *
   * @param text one or more faults, 2000 characters at most
   * @throws IllegalArgumentException if it is not valid; the message says in three lines what was
   *     expected, the script, and a caret below the place
   */
  public static FaultScript parse(String text) {
    return new FaultScript(new Parser(text, Place.QUEUE).faults());
  }

  /**
   * Reads the script of a request's header, 200 characters at most, in which a delay is 10 s at
   * most.
   *
   * @throws IllegalArgumentException if it is not valid in a header; the message says in one line
   *     where and what was expected, and continues after the header's name
   * @see RequestedFaults
   */
  static FaultScript ofHeader(String text, Protocol protocol) {
    return new FaultScript(
        new Parser(text, protocol == Protocol.GRPC ? Place.GRPC_HEADER : Place.HTTP_HEADER)
            .faults());
  }

  /** In their order; at least one. */
  List<Fault> faults() {
    return faults;
  }

  /**
   * A piece of the script, quotes and all.
   *
   * @param at where it begins
   */
  private record Word(String text, int at) {
    int end() {
      return at + text.length();
    }

    /** The part up to and including the equals sign; empty if there is none. */
    String key() {
      return text.substring(0, text.indexOf('=') + 1);
    }

    String value() {
      return text.substring(key().length()).replace("\"", "");
    }

    int valueAt() {
      return at + key().length();
    }
  }

  private static final class Parser {
    private final String script;
    private final Place place;
    private int at;

    Parser(String text, Place place) {
      this.place = place;
      // On one line, so that a caret can point into it.
      script = text.replaceAll("[\\s\\p{Cntrl}]", " ");
    }

    List<Fault> faults() {
      if (script.length() > place.longest) {
        throw wrong(place.longest, "expected at most " + place.longest + " characters");
      }
      List<Fault> faults = new ArrayList<>();
      do {
        skipSpaces();
        if (faults.size() == Limits.SCRIPT_FAULTS) {
          throw wrong(at, "expected at most " + Limits.SCRIPT_FAULTS + " faults");
        }
        faults.add(fault());
      } while (at++ < script.length()); // over the comma
      return faults;
    }

    private Fault fault() {
      int start = at;
      Word word = word();
      int times = 1;
      boolean counted = false;
      Matcher count = COUNT.matcher(word.text());
      if (count.matches()) {
        times = Integer.parseInt(count.group(1));
        if (times < 1 || times > Limits.SCRIPT_TIMES) {
          throw wrong(word.at(), "expected 1x to " + Limits.SCRIPT_TIMES + "x");
        }
        counted = true;
        skipSpaces();
        start = at;
        word = word();
      }
      Draft draft = new Draft();
      for (; !word.text().isEmpty(); word = word()) {
        if (word.text().equals("for")) {
          if (place != Place.QUEUE) {
            throw wrong(word.at(), "expected no \"for\": a header applies to its own request");
          }
          who(draft);
          break;
        }
        add(draft, word);
      }
      if (draft.action == null) {
        if (draft.delay.isZero()) {
          throw wrong(word.at(), "expected " + place.actions);
        }
        draft.action = Action.SERVE;
        draft.name = "delay";
      }
      check(draft);
      boolean condition = draft.action == Action.TOKEN || draft.action == Action.LIMIT;
      return new Fault(
          script
              .substring(start, at)
              .strip()
              .replaceAll("\\btoken=(\"[^\"]*\"|\\S*)", "token=****"),
          draft.name,
          condition && !counted ? 0 : times,
          draft.action,
          draft.number,
          draft.token,
          draft.delay,
          draft.retry,
          draft.message,
          new Fault.Who(draft.grpc, draft.path, draft.service));
    }

    private void add(Draft draft, Word word) {
      boolean condition = word.key().equals("token=") || word.key().equals("limit=");
      if (condition && place != Place.QUEUE) {
        throw wrong(word.at(), "expected " + place.keys);
      }
      switch (word.key()) {
        case "delay=" -> draft.delay = time(word, place.longestDelay);
        case "retry-after=", "retry-info=" -> {
          draft.retry = time(word, Limits.SCRIPT_RETRY);
          draft.retryAt = word.at();
        }
        case "message=" -> {
          draft.message = text(word, "a text, such as message=\"over a quota\"");
          draft.messageAt = word.at();
        }
        case "partial=" -> draft.act(this, word, Action.PARTIAL, number(word));
        case "limit=" -> draft.act(this, word, Action.LIMIT, size(word));
        case "token=" -> {
          draft.act(this, word, Action.TOKEN, 0);
          draft.token = text(word, "a token, such as token=abc");
        }
        case "" -> bare(draft, word);
        default -> throw wrong(word.at(), "expected " + place.keys);
      }
    }

    private void bare(Draft draft, Word word) {
      switch (word.text()) {
        case "hang", "close", "reset", "garbage", "half" -> {
          if (place == Place.GRPC_HEADER && !word.text().equals("hang")) {
            throw wrong(word.at(), "expected " + place.actions);
          }
          draft.act(this, word, Action.valueOf(word.text().toUpperCase(Locale.ROOT)), 0);
        }
        default -> draft.act(this, word, Action.STATUS, status(word));
      }
    }

    private int status(Word word) {
      if (NUMBER.matcher(word.text()).matches()) {
        int code = Integer.parseInt(word.text());
        if ((code < 1 || code > 16) && (code < 300 || code > 599)) {
          throw wrong(
              word.at(), "expected an HTTP code from 300 to 599, or a gRPC code from 1 to 16");
        }
        return code;
      }
      for (Status.Code code : Status.Code.values()) {
        if (code != Status.Code.OK && code.name().equals(word.text())) {
          return code.value();
        }
      }
      throw wrong(word.at(), "expected " + place.actions);
    }

    private void who(Draft draft) {
      Word word = word();
      if (word.text().isEmpty()) {
        throw wrong(word.at(), "expected grpc, http, path=/... or service=NAME");
      }
      for (; !word.text().isEmpty(); word = word()) {
        switch (word.key().isEmpty() ? word.text() : word.key()) {
          case "grpc" -> draft.grpc = true;
          case "http" -> draft.grpc = false;
          case "path=" -> {
            draft.path = text(word, "a path, such as path=/v1/traces");
            if (!draft.path.startsWith("/")) {
              throw wrong(word.valueAt(), "expected a path, such as path=/v1/traces");
            }
          }
          case "service=" -> draft.service = text(word, "a service.name, such as service=shop");
          default -> throw wrong(word.at(), "expected grpc, http, path=/... or service=NAME");
        }
      }
    }

    /** Rejects combinations that make no sense. */
    private void check(Draft draft) {
      boolean refuses =
          draft.action == Action.STATUS
              || draft.action == Action.TOKEN
              || draft.action == Action.LIMIT;
      if (draft.retry != null && draft.action != Action.STATUS) {
        throw wrong(
            draft.retryAt, "expected retry-after= and retry-info= only together with a status");
      }
      if (draft.message != null && !refuses && draft.action != Action.PARTIAL) {
        throw wrong(draft.messageAt, "expected message= only together with " + place.withMessage);
      }
    }

    private Duration time(Word word, Duration most) {
      Matcher time = TIME.matcher(word.value());
      if (time.matches()) {
        double unit = time.group(2).equals("ms") ? 1 : time.group(2).equals("m") ? 60_000 : 1000;
        long millis = Math.round(Double.parseDouble(time.group(1)) * unit);
        if (millis > 0 && millis <= most.toMillis()) {
          return Duration.ofMillis(millis);
        }
      }
      throw wrong(
          word.valueAt(),
          "expected a time up to " + most.toSeconds() + "s, such as 200ms, 1.5s or 2");
    }

    private int number(Word word) {
      if (!NUMBER.matcher(word.value()).matches()) {
        throw wrong(word.valueAt(), "expected the number of items to reject, such as partial=3");
      }
      return Integer.parseInt(word.value());
    }

    private long size(Word word) {
      Matcher size = SIZE.matcher(word.value());
      if (!size.matches()) {
        throw wrong(word.valueAt(), "expected a size, such as 500B, 1kB or 2MB");
      }
      return Long.parseLong(size.group(1))
          * switch (size.group(2)) {
            case "kB" -> 1000;
            case "MB" -> 1_000_000;
            case "KiB" -> 1 << 10;
            case "MiB" -> 1 << 20;
            default -> 1;
          };
    }

    private String text(Word word, String expected) {
      if (word.value().isBlank()) {
        throw wrong(word.valueAt(), "expected " + expected);
      }
      return word.value();
    }

    /** The next word of this fault; an empty one at its end. */
    private Word word() {
      skipSpaces();
      int start = at;
      while (at < script.length() && script.charAt(at) != ' ' && script.charAt(at) != ',') {
        if (script.charAt(at) == '"') {
          int close = script.indexOf('"', at + 1);
          if (close < 0) {
            throw wrong(at, "expected a second quote after this one");
          }
          at = close;
        }
        at++;
      }
      return new Word(script.substring(start, at), start);
    }

    private void skipSpaces() {
      while (at < script.length() && script.charAt(at) == ' ') {
        at++;
      }
    }

    private IllegalArgumentException wrong(int where, String expected) {
      Excerpt at = Excerpt.of(script, where);
      return new IllegalArgumentException(
          place == Place.QUEUE
              ? expected + "\n" + at.withCaret()
              : " at the ^ in \"" + at.before() + "^" + at.after() + "\": " + expected);
    }
  }

  /** A fault as far as it was parsed. */
  private static final class Draft {
    private Action action;
    private String name;
    private long number;
    private String token;
    private Duration delay = Duration.ZERO;
    private Duration retry;
    private int retryAt;
    private String message;
    private int messageAt;
    private Boolean grpc;
    private String path;
    private String service;

    private void act(Parser parser, Word word, Action action, long number) {
      if (this.action != null) {
        throw parser.wrong(word.at(), "expected a comma: each fault has one action");
      }
      this.action = action;
      this.name = action == Action.TOKEN ? "token" : word.text();
      this.number = number;
    }
  }
}
