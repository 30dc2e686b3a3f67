package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.notebook.Notebook;
import workshop.notebook.NotebookView;
import workshop.notebook.Notebooks;

/**
 * The notebooks over HTTP. {@code GET /api/notebooks} lists them, {@code GET /api/notebooks/NAME}
 * is a {@link NotebookView} as JSON, and a {@code POST} of a JSON object to {@code
 * /api/notebooks/NAME/ACTION} changes one and returns its view: {@code run}, {@code stop}, {@code
 * restart}, {@code edit}, {@code reset}, {@code add}, {@code remove}, {@code save}. {@code
 * complete} and {@code describe} change nothing: they return what JShell knows about a place in a
 * cell.
 */
final class NotebookApi {
  private static final String ROOT = "/api/notebooks";
  private static final Pattern PATH =
      Pattern.compile(ROOT + "/([a-z0-9-]{1,80})(?:/([a-z]{1,20}))?");

  private final Notebooks notebooks;

  private record News(String lesson, long version) {}

  private record Listed(List<Entry> lessons) {}

  private record Meaning(List<NotebookView.Described> entries) {}

  private record Entry(String name, String description) {}

  NotebookApi(Notebooks notebooks) {
    this.notebooks = notebooks;
  }

  static boolean has(String path) {
    return path.equals(ROOT) || path.startsWith(ROOT + "/");
  }

  /** The data of a {@code notebook} event. */
  static String news(Notebook notebook) {
    NotebookView view = notebook.view();
    return Json.GSON.toJson(new News(view.lesson(), view.version()));
  }

  JsonElement answer(Request request) throws HttpError {
    String path = request.path();
    Matcher matcher = PATH.matcher(path);
    String action = matcher.matches() ? matcher.group(2) : null;
    String wanted = action == null ? "GET" : "POST";
    if (!request.method().equals(wanted)) {
      throw HttpError.method(request.method(), wanted, "use " + wanted + " here");
    }
    if (path.equals(ROOT)) {
      return Json.GSON.toJsonTree(
          new Listed(
              notebooks.lessons().stream()
                  .map(lesson -> new Entry(lesson.name(), lesson.description()))
                  .toList()));
    }
    Notebook notebook = matcher.matches() ? notebooks.find(matcher.group(1)) : null;
    if (notebook == null) {
      throw new HttpError(404, "unknown lesson");
    }
    Object returned = action == null ? notebook.view() : act(notebook, action, body(request));
    return Json.GSON.toJsonTree(returned);
  }

  private Object act(Notebook notebook, String action, JsonObject body) throws HttpError {
    try {
      switch (action) {
        case "complete" -> {
          return notebooks.complete(
              notebook, string(body, "cell"), string(body, "code"), number(body, "cursor"));
        }
        case "describe" -> {
          String code = string(body, "code");
          return new Meaning(notebook.describe(string(body, "cell"), code, code.length()));
        }
        case "run" -> notebooks.run(notebook, strings(body, "cells"), isTrue(body, "fresh"));
        case "stop" -> notebook.stop();
        case "restart" -> notebooks.restart(notebook);
        case "edit" ->
            notebook.edit(string(body, "cell"), string(body, "code"), string(body, "base"));
        case "reset" -> notebook.reset(body.has("cell") ? string(body, "cell") : null);
        case "add" ->
            notebook.add(string(body, "cell"), string(body, "above"), string(body, "code"));
        case "remove" -> notebook.remove(string(body, "cell"));
        case "save" -> notebook.save(isTrue(body, "force"));
        default -> throw new HttpError(404, "unknown action " + action);
      }
      return notebook.view();
    } catch (IllegalArgumentException e) {
      throw new HttpError(400, e.getMessage());
    } catch (IllegalStateException e) {
      throw new HttpError(409, e.getMessage());
    } catch (IOException e) {
      throw new HttpError(500, e.getMessage());
    }
  }

  /** A form on another page cannot send this type: the browser would send a preflight request. */
  static JsonObject body(Request request) throws HttpError {
    String type = String.join(", ", request.headers("Content-Type"));
    if (!type.split(";", 2)[0].strip().equals("application/json")) {
      throw new HttpError(415, "Content-Type must be application/json");
    }
    try {
      return JsonParser.parseString(new String(request.body(), UTF_8)).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException | StackOverflowError e) {
      throw new HttpError(400, "the body must be a JSON object");
    }
  }

  private static boolean isTrue(JsonObject body, String name) {
    return body.has(name) && body.get(name).equals(new JsonPrimitive(true));
  }

  static String string(JsonObject body, String name) throws HttpError {
    JsonElement value = body.get(name);
    if (value == null || !value.isJsonPrimitive()) {
      throw new HttpError(400, "the text \"" + name + "\" is missing");
    }
    return value.getAsString();
  }

  private static int number(JsonObject body, String name) throws HttpError {
    try {
      return new BigDecimal(string(body, name)).intValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      throw new HttpError(400, "the whole number \"" + name + "\" is missing");
    }
  }

  private static List<String> strings(JsonObject body, String name) throws HttpError {
    JsonElement value = body.get(name);
    if (value == null
        || !value.isJsonArray()
        || value.getAsJsonArray().asList().stream().anyMatch(each -> !each.isJsonPrimitive())) {
      throw new HttpError(400, "the list \"" + name + "\" is missing");
    }
    return value.getAsJsonArray().asList().stream().map(JsonElement::getAsString).toList();
  }
}
