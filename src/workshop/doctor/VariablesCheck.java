package workshop.doctor;

import static workshop.doctor.Diagnosis.TYPE;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.text.Text;

/**
 * The environment variables that change what a lesson does, and those that only seem to. Values may
 * be secrets and are not shown, except for scheme, host and port of an address that a lesson reads.
 */
public final class VariablesCheck {
  /** The variables with options for each JVM that {@code ./jbang} starts. */
  static final List<String> JAVA_OPTIONS =
      List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JBANG_JAVA_OPTIONS");

  private static final String TOPIC = "variables";
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
  private static final Pattern ENDPOINT_OF_A_SIGNAL =
      Pattern.compile("OTEL_EXPORTER_OTLP_(TRACES|METRICS|LOGS)_ENDPOINT");
  private static final Pattern AGENT = Pattern.compile("-javaagent:\"?([^\\s=\"]+)");
  private static final Pattern SIGNAL_PATH = Pattern.compile("/v1/(?:traces|metrics|logs)/?$");
  private static final int MOST_NAMES = 8;

  private VariablesCheck() {}

  /**
   * @param lessons the lessons' sources by their names; a lesson reads a variable if its source
   *     contains the name as a string
   */
  public static List<Diagnosis> judge(
      Map<String, String> environment, Map<String, String> lessons, Os os) {
    List<Diagnosis> diagnoses = new ArrayList<>();
    List<String> unread = new ArrayList<>();
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              List<String> readers =
                  lessons.keySet().stream()
                      .filter(lesson -> lessons.get(lesson).contains('"' + name + '"'))
                      .map(lesson -> lesson.substring(0, 2))
                      .sorted()
                      .toList();
              Optional<String> wrong = wrongForASignal(name, value);
              if (!readers.isEmpty()) {
                diagnoses.add(read(name, value, list(readers), os));
              } else if (wrong.isPresent()) {
                diagnoses.add(ofASignal(name, wrong.get(), os));
              } else if (name.startsWith("OTEL_")) {
                unread.add(Text.safe(name, 60));
              }
            });
    if (!unread.isEmpty()) {
      diagnoses.add(unread(unread));
    }
    for (String name : JAVA_OPTIONS) {
      if (environment.containsKey(name)) {
        diagnoses.add(options(name, environment.get(name), os));
      }
    }
    return diagnoses.isEmpty() ? List.of(Diagnosis.ok(TOPIC, "no OTEL_* is set")) : diagnoses;
  }

  private static Diagnosis read(String name, String value, String readers, Os os) {
    String by = "read by " + readers;
    if (!name.endsWith("_ENDPOINT") && !name.endsWith("_PROXY")) {
      return Diagnosis.ok(TOPIC, name + ": set, " + by);
    }
    boolean proxy = name.endsWith("_PROXY");
    if (value.isBlank()) {
      return Diagnosis.warning(
          TOPIC,
          name
              + " is set but empty. "
              + (name.equals(ENDPOINT)
                  ? "The lessons ignore it, but the SDK's autoconfigure and the agent reject it."
                  : "The lessons ignore it."),
          "To remove it, type",
          TYPE + os.unset(name));
    }
    Optional<Address> address = Address.of(value).filter(at -> at.port() > 0 || !proxy);
    if (address.isEmpty()) {
      return Diagnosis.problem(
          TOPIC,
          name
              + " is not "
              + (proxy ? "of the form http://HOST:PORT" : "an http:// or https:// URL")
              + ". It is "
              + by
              + ".",
          "Correct it, or type",
          TYPE + os.unset(name));
    }
    String found = name + " is " + address.get().shown();
    if (!proxy && SIGNAL_PATH.matcher(address.get().path()).find()) {
      return Diagnosis.warning(
          TOPIC,
          found + ", which ends in the path of a signal. The path is added to it once more.",
          "Remove the path from it, or type",
          TYPE + os.unset(name));
    }
    if (!proxy && address.get().path().endsWith("/")) {
      found += " (some exporters turn the / at its end into //v1/traces)";
    }
    return name.equals(ENDPOINT) && !address.get().isHere()
        ? Diagnosis.warning(
            TOPIC,
            found + ": " + readers + " will send there.",
            "To send to this machine instead, type",
            TYPE + os.unset(name))
        : Diagnosis.ok(TOPIC, found + ", " + by);
  }

  /** What is wrong with the endpoint of one signal, which the exporters use as it is. */
  private static Optional<String> wrongForASignal(String name, String value) {
    Matcher signal = ENDPOINT_OF_A_SIGNAL.matcher(name);
    if (!signal.matches()) {
      return Optional.empty();
    }
    if (value.isBlank()) {
      return Optional.of(" is set but empty.");
    }
    Optional<Address> address = Address.of(value);
    if (address.isEmpty()) {
      return Optional.of(" is not an http:// or https:// URL.");
    }
    String path = "/v1/" + signal.group(1).toLowerCase(Locale.ROOT);
    return address.get().path().isEmpty() || address.get().path().equals(path)
        ? Optional.empty()
        : Optional.of(
            " is " + address.get().shown() + ". Over HTTP, its path must be " + path + ".");
  }

  private static Diagnosis ofASignal(String name, String wrong, Os os) {
    return Diagnosis.warning(
        TOPIC,
        name + wrong + " No lesson reads it, but the SDK's autoconfigure and the agent do.",
        "Correct it, or type",
        TYPE + os.unset(name));
  }

  private static Diagnosis unread(List<String> names) {
    int more = names.size() - MOST_NAMES;
    return Diagnosis.ok(
        TOPIC,
        String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())))
            + (more > 0 ? " and " + more + " more" : "")
            + " set, but no lesson reads "
            + (names.size() == 1 ? "it" : "them")
            + ": the SDK's builders ignore OTEL_*");
  }

  private static Diagnosis options(String name, String value, Os os) {
    Matcher agent = AGENT.matcher(value);
    if (!agent.find()) {
      return Diagnosis.ok(TOPIC, name + " set: it also applies to the lessons' Java");
    }
    String jar = agent.group(1).replaceFirst(".*[/\\\\]", "");
    return Diagnosis.warning(
        TOPIC,
        name + " puts " + Text.safe(jar, 60) + " into each lesson. That agent may send spans, too.",
        "To run the lessons without it, type",
        TYPE + os.unset(name));
  }

  /**
   * An {@code http://} or {@code https://} URL. Its host may be one that {@link URI} does not
   * parse, such as {@code otel_collector}: the exporters accept it.
   *
   * @param port -1 if the URL has none
   */
  private record Address(String scheme, String host, int port, String path) {
    private static final Pattern AUTHORITY =
        Pattern.compile("(?:[^@]*@)?(\\[[^\\]]+\\]|[^@:\\[\\]]+)(?::(\\d{1,5}))?");

    static Optional<Address> of(String value) {
      try {
        URI uri = URI.create(value);
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!http || uri.getRawAuthority() == null) {
          return Optional.empty();
        }
        Matcher authority = AUTHORITY.matcher(uri.getRawAuthority());
        if (!authority.matches()) {
          return Optional.empty();
        }
        int port = authority.group(2) == null ? -1 : Integer.parseInt(authority.group(2));
        return Optional.of(
            new Address(uri.getScheme(), authority.group(1), port, uri.getRawPath()));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }

    /** Without user, password and path, which may be secret. */
    String shown() {
      return scheme
          + "://"
          + Text.safe(host, 100)
          + (port < 0 ? "" : ":" + port)
          + (path.length() > 1 ? "/..." : path);
    }

    boolean isHere() {
      return host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
    }
  }

  /** {@code lesson 02}, {@code lessons 02, 03 and 04}. */
  private static String list(List<String> numbers) {
    int last = numbers.size() - 1;
    return last == 0
        ? "lesson " + numbers.get(0)
        : "lessons " + String.join(", ", numbers.subList(0, last)) + " and " + numbers.get(last);
  }
}
