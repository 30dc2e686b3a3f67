package workshop.lesson;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.annotations.SerializedName;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads a JSON object into a record, strictly: each component is a key, only those of the type
 * {@link Optional} may be missing, and there are no other keys. Gson's own binding ignores unknown
 * keys, and its messages are about Java types rather than about the file.
 */
public final class JsonRecord {
  private JsonRecord() {}

  /**
   * Reads a record whose components are texts, whole numbers, enums, records, JSON objects, or
   * lists, maps and optionals of these.
   *
   * @param place for messages: the file and where in it the object is
   * @throws IllegalArgumentException if the object does not fit; the message names the place and
   *     what was expected there
   */
  public static <T> T read(Class<T> type, JsonObject json, String place) {
    Map<String, RecordComponent> components = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      components.put(key(component), component);
    }
    for (String key : json.keySet()) {
      if (!components.containsKey(key)) {
        String keys = String.join(", ", components.keySet());
        throw wrong(place, "unknown key \"" + key + "\"; the keys here are: " + keys);
      }
    }
    List<Object> values = new ArrayList<>();
    components.forEach(
        (key, component) -> {
          JsonElement value = json.get(key);
          boolean missing = value == null || value.isJsonNull();
          if (missing && component.getType() != Optional.class) {
            throw wrong(place, "the key \"" + key + "\" is missing");
          }
          values.add(
              missing
                  ? Optional.empty()
                  : value(component.getGenericType(), value, place + ", " + key));
        });
    return create(type, components, values, place);
  }

  /** The component's name, unless that is a word of the Java language, as {@code case} is. */
  private static String key(RecordComponent component) {
    SerializedName name = component.getAccessor().getAnnotation(SerializedName.class);
    return name == null ? component.getName() : name.value();
  }

  private static <T> T create(
      Class<T> type, Map<String, RecordComponent> components, List<Object> values, String place) {
    try {
      Constructor<T> constructor =
          type.getDeclaredConstructor(
              components.values().stream().map(RecordComponent::getType).toArray(Class[]::new));
      constructor.setAccessible(true);
      return constructor.newInstance(values.toArray());
    } catch (ReflectiveOperationException e) {
      if (e.getCause() instanceof IllegalArgumentException wrong) { // of the record's constructor
        throw new IllegalArgumentException(place + ": " + wrong.getMessage(), e);
      }
      throw new IllegalStateException(type + " cannot be created", e);
    }
  }

  private static Object value(Type type, JsonElement json, String place) {
    if (type instanceof ParameterizedType generic) {
      Type[] of = generic.getActualTypeArguments();
      if (generic.getRawType() == Optional.class) {
        return Optional.of(value(of[0], json, place));
      }
      return generic.getRawType() == List.class
          ? list(of[0], json, place)
          : map(of[1], json, place);
    }
    Class<?> plain = (Class<?>) type;
    if (plain == String.class) {
      return text(json, place);
    }
    if (plain == int.class || plain == Integer.class) {
      return number(json, place);
    }
    if (plain.isEnum()) {
      return constant(plain, text(json, place), place);
    }
    return plain == JsonObject.class
        ? object(json, place)
        : read(plain, object(json, place), place);
  }

  private static List<Object> list(Type of, JsonElement json, String place) {
    if (!(json instanceof JsonArray array)) {
      throw wrong(place, "a list in [ ] is expected here");
    }
    List<Object> values = new ArrayList<>();
    for (JsonElement each : array) {
      values.add(value(of, each, place + " " + (values.size() + 1)));
    }
    return List.copyOf(values);
  }

  private static Map<String, Object> map(Type of, JsonElement json, String place) {
    Map<String, Object> values = new LinkedHashMap<>();
    object(json, place)
        .asMap()
        .forEach((key, each) -> values.put(key, value(of, each, place + ", " + key)));
    return Collections.unmodifiableMap(values);
  }

  private static JsonObject object(JsonElement json, String place) {
    if (json instanceof JsonObject object) {
      return object;
    }
    throw wrong(place, "an object in { } is expected here");
  }

  private static String text(JsonElement json, String place) {
    if (json.isJsonPrimitive()
        && json.getAsJsonPrimitive().isString()
        && !json.getAsString().isBlank()) {
      return json.getAsString();
    }
    throw wrong(place, "a text in quotes is expected here");
  }

  private static int number(JsonElement json, String place) {
    if (json.isJsonPrimitive() && json.getAsJsonPrimitive().isNumber()) {
      double number = json.getAsDouble();
      if (number == Math.rint(number) && Math.abs(number) <= Integer.MAX_VALUE) {
        return (int) number;
      }
    }
    throw wrong(place, "a whole number is expected here");
  }

  private static Object constant(Class<?> type, String text, String place) {
    List<String> names =
        Stream.of(type.getEnumConstants())
            .map(each -> each.toString().toLowerCase(Locale.ROOT))
            .toList();
    int at = names.indexOf(text);
    if (at < 0) {
      String all = names.stream().map(each -> '"' + each + '"').collect(Collectors.joining(", "));
      throw wrong(place, "one of " + all + " is expected here");
    }
    return type.getEnumConstants()[at];
  }

  private static IllegalArgumentException wrong(String place, String what) {
    return new IllegalArgumentException(place + ": " + what + ".");
  }
}
