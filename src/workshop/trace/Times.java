package workshop.trace;

import io.opentelemetry.proto.trace.v1.Span;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What the times of spans, points and log records tell, in nanoseconds after 1970, as OTLP has
 * them. A sender may leave a time out, or send another unit.
 */
public final class Times {
  /** In 1973. The present in microseconds, milliseconds and seconds is below. */
  private static final long EARLIEST = 100_000_000_000_000_000L;

  /** In 2100. */
  private static final long LATEST = 4_100_000_000_000_000_000L;

  private Times() {}

  /** Whether a sender of today may mean this time. */
  static boolean isPlausible(long nanos) {
    return nanos >= EARLIEST && nanos <= LATEST;
  }

  /**
   * What is wrong with a time that was sent, for people: for example {@code "milliseconds instead
   * of nanoseconds"}; "" if nothing is, or if it is 0, which means that none was sent.
   */
  public static String problem(long nanos) {
    if (nanos == 0 || isPlausible(nanos)) {
      return "";
    }
    if (nanos < 0 || nanos > LATEST) {
      Instant at = Instant.ofEpochSecond(Long.divideUnsigned(nanos, 1_000_000_000));
      return "in the year " + at.atOffset(ZoneOffset.UTC).getYear();
    }
    String unit =
        nanos >= EARLIEST / 1_000
            ? "microseconds"
            : nanos >= EARLIEST / 1_000_000
                ? "milliseconds"
                : nanos >= EARLIEST / 1_000_000_000 ? "seconds" : "";
    return unit.isEmpty() ? "in the year 1970" : unit + " instead of nanoseconds";
  }

  /** What is wrong with the times of a span, for people. */
  static List<String> problems(Span span) {
    long start = span.getStartTimeUnixNano();
    long end = span.getEndTimeUnixNano();
    List<String> problems = new ArrayList<>();
    if (start == 0) {
      problems.add("no start");
    }
    if (end == 0) {
      problems.add("no end");
    }
    String ofStart = problem(start);
    String ofEnd = problem(end);
    if (!ofStart.isEmpty()) {
      problems.add((ofStart.equals(ofEnd) ? "start and end " : "start ") + ofStart);
    }
    if (!ofEnd.isEmpty() && !ofEnd.equals(ofStart)) {
      problems.add("end " + ofEnd);
    }
    if (start != 0 && end != 0 && Long.compareUnsigned(end, start) < 0) {
      problems.add("ends before it starts");
    }
    return problems;
  }

  /** By what spans are sorted: the start; the end if there is no start; without both, last. */
  public static long order(Span span) {
    long start = span.getStartTimeUnixNano();
    long end = span.getEndTimeUnixNano();
    return start > 0 ? start : end > 0 ? end : Long.MAX_VALUE;
  }

  /**
   * End minus start in nanoseconds; negative if the sender's clock went back. Empty if one of them
   * is missing, or if they have nothing to do with each other.
   */
  public static OptionalLong duration(Span span) {
    long start = span.getStartTimeUnixNano();
    long end = span.getEndTimeUnixNano();
    return start > 0 && end > 0 && problem(start).equals(problem(end))
        ? OptionalLong.of(end - start)
        : OptionalLong.empty();
  }
}
