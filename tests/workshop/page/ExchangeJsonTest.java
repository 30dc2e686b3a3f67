package workshop.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A message is shown only if its JSON has at most 8 MB. */
@Isolated // because of the memory that it takes
class ExchangeJsonTest {
  @Test
  void aMessageThatIsTooLargeAsJsonIsNotPrinted() throws HttpError {
    assertThat(ExchangeJson.print(named(7 << 20))).hasSizeGreaterThan(7 << 20);

    assertThatThrownBy(() -> ExchangeJson.print(named(8 << 20)))
        .isInstanceOf(HttpError.class)
        .hasMessageContaining("too large to show");
  }

  private static Span named(int length) {
    return Span.newBuilder().setName("x".repeat(length)).build();
  }
}
