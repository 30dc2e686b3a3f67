package workshop.wire;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.List;
import java.util.Optional;

/** Finds attributes in what arrived. */
public final class Attributes {
  /**
   * @see <a href="https://opentelemetry.io/docs/specs/semconv/registry/attributes/service/">Service
   *     attributes</a>
   */
  public static final String SERVICE_NAME = "service.name";

  private Attributes() {}

  /** The value of the first attribute with this key. */
  public static Optional<AnyValue> find(List<KeyValue> attributes, String key) {
    return attributes.stream()
        .filter(attribute -> attribute.getKey().equals(key))
        .map(KeyValue::getValue)
        .findFirst();
  }

  /** The resource's {@code service.name}, or {@code "(no service.name)"}. */
  public static String service(Resource resource) {
    return find(resource.getAttributesList(), SERVICE_NAME)
        .map(AnyValue::getStringValue)
        .orElse("(no " + SERVICE_NAME + ")");
  }
}
