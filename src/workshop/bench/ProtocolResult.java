package workshop.bench;

import java.io.PrintStream;
import java.util.List;

/**
 * The result of {@code bench protocol}.
 *
 * @param at the time, as in RFC 3339
 * @param problems spans that were sent and not acknowledged, or acknowledged and not received; one
 *     line each, none if there were none
 */
public record ProtocolResult(
    String at, String machine, int rounds, double seconds, List<Row> rows, List<String> problems) {

  /**
   * A line of the table: medians, except for bytes and connections, which are counted once.
   *
   * @param spans how many per batch
   * @param protocol {@code gRPC}, {@code HTTP}, or {@code HTTP/JDK} for HTTP without OkHttp
   * @param compression {@code none} or {@code gzip}
   * @param bytesASpan what the client sends over TCP, headers and frames included
   * @param clientCpuMicros CPU time of the client's process, in microseconds per span
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

  /** Prints a table of 80 columns, followed by the problems. */
  public void print(PrintStream out) {
    out.printf(
        "OTLP exporters, medians of %d round%s, %.1f s per line in each%n",
        rounds, rounds == 1 ? "" : "s", seconds);
    out.println(machine);
    out.println();
    out.printf(
        "%7s%25s%11s%20s%8s%8s%n", "batch", "bytes", "spans/s", "CPU µs per span", "ms per", "TCP");
    out.printf(
        "%7s  %-9s%-6s%8s%11s%11s%9s%8s%8s%n",
        "size", "protocol", "", "per span", "received", "client", "server", "batch", "conns");
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
