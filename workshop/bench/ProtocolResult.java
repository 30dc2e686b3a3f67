package workshop.bench;

import java.io.PrintStream;
import java.util.List;

/**
 * What a protocol bench found.
 *
 * @param at when, as RFC 3339 has it
 * @param problems spans that were sent and not acknowledged, or acknowledged and not received; one
 *     line each, none if all is well
 */
public record ProtocolResult(
    String at, String machine, int rounds, double seconds, List<Row> rows, List<String> problems) {

  /** Where it is kept for the page, below the workshop's folder. */
  public static final String FILE = ".jbang/bench-protocol.json";

  /**
   * A line of the table: medians, but for bytes and connections, which are counted once.
   *
   * @param spans how many in a batch
   * @param protocol {@code gRPC}, {@code HTTP}, or {@code HTTP/JDK} for HTTP without OkHttp
   * @param compression {@code none} or {@code gzip}
   * @param bytesASpan what the client sends over TCP, headers and frames included
   * @param clientCpuMicros CPU time of the client's process, in microseconds a span
   * @param serverCpuMicros the same of the backend's process
   * @param millisABatch from the call of the exporter to its result
   */
  public record Row(
      int spans,
      String protocol,
      String compression,
      double bytesASpan,
      double spansASecond,
      double clientCpuMicros,
      double serverCpuMicros,
      double millisABatch,
      int connections) {}

  /** Prints a table of 80 columns, and below it what was wrong. */
  public void print(PrintStream out) {
    out.printf(
        "OTLP exporters, medians of %d round%s, %.1f s a line in each%n",
        rounds, rounds == 1 ? "" : "s", seconds);
    out.println(machine);
    out.println();
    out.printf(
        "%7s%25s%11s%20s%8s%8s%n", "spans a", "bytes", "spans/s", "CPU µs a span", "ms a", "TCP");
    out.printf(
        "%7s  %-9s%-6s%8s%11s%11s%9s%8s%8s%n",
        "batch", "protocol", "", "a span", "received", "client", "server", "batch", "conns");
    for (Row row : rows) {
      out.printf(
          "%7d  %-9s%-6s%8.0f%,11.0f%11.2f%9.2f%8.2f%8d%n",
          row.spans(),
          row.protocol(),
          row.compression().equals("none") ? "" : row.compression(),
          row.bytesASpan(),
          row.spansASecond(),
          row.clientCpuMicros(),
          row.serverCpuMicros(),
          row.millisABatch(),
          row.connections());
    }
    out.println();
    out.println("Bytes: all that the client sends over TCP, headers and frames included.");
    out.println("HTTP/JDK: opentelemetry-exporter-sender-jdk in place of OkHttp, the default.");
    problems.forEach(out::println);
  }
}
