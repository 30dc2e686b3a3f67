package workshop.page;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import java.util.Locale;

/** How objects become the page's JSON. */
final class Json {
  /** Writes nulls, and the constants of an enum in lower case. */
  static final Gson GSON =
      new GsonBuilder()
          .serializeNulls()
          .disableHtmlEscaping()
          .registerTypeHierarchyAdapter(
              Enum.class,
              (JsonSerializer<Enum<?>>)
                  (constant, type, context) ->
                      new JsonPrimitive(constant.name().toLowerCase(Locale.ROOT)))
          .create();

  private Json() {}
}
