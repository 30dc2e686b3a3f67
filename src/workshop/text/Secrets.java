package workshop.text;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hides credentials in what is shown. A credential is known by the name in front of it, such as
 * {@code api-key}, or by what it looks like: a JWT, a password in a URL, a word of random
 * characters.
 */
public final class Secrets {
  private static final String HIDDEN = "****";

  /**
   * Names that contain one of these are in front of a credential. What may not be in front of one
   * is checked last, because this is tried at each character.
   */
  private static final String NAME =
      "auth(?!or(?!i[sz]))|token(?!s)|secret|passw|passphrase|pwd|credential|cookie|session"
          + "|signature|bearer|jwt|licen[cs]e|honeycomb-team|dsn(?<![a-z]dsn)(?![a-z])"
          + "|key(?<!(?:idempotency|cache|surrogate|partition|routing|socket)[-_]key)s?(?![a-z])";

  private static final Pattern SECRET_HEADER = Pattern.compile(NAME);

  /** The headers of almost every request: their values need not be searched. */
  private static final Set<String> USUAL =
      Set.of(
          "accept",
          "accept-encoding",
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "date",
          "grpc-accept-encoding",
          "grpc-encoding",
          "grpc-timeout",
          "host",
          "te",
          "traceparent",
          "transfer-encoding",
          "user-agent");

  /** Headers whose values may look random: ids and hashes, which are no credentials. */
  private static final Pattern RANDOM_BUT_PUBLIC =
      Pattern.compile(
          "trace|span|b3|correlation|request|(?<![a-z])id(?![a-z])|hash|sha\\d|md5|digest|etag|^if-"
              + "|^sec-|^grpc-|idempotency|cache|host|forwarded|agent|baggage|version");

  private static final String SCHEME =
      "(?:Basic|Bearer|Digest|DPoP|Negotiate|NTLM|Token|Key|Api-?Key|Api-?Token|Splunk|Sentry"
          + "|LumigoToken|GoogleLogin|AWS4-HMAC-SHA256)(?: +|%20)";

  private static final Pattern STARTS_WITH_SCHEME =
      Pattern.compile("(" + SCHEME + ")\\S.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** Ends at what follows a value in a URL, in a list of headers, in JSON or in a log line. */
  private static final String VALUE = "[^\\s\"',;&<>)\\]}]";

  /** A word without a digit may belong to a sentence. */
  private static final String NO_SENTENCE = "(?=" + VALUE + "{20}|" + VALUE + "*\\d)";

  /** Possessive: what follows a name is none of its characters, so shorter ones are not tried. */
  private static final String SECRET_NAME = "(?:" + NAME + ")[\\w.-]{0,40}+";

  /** What stays visible in front of a credential in a text. */
  private static final String BEFORE =
      String.join(
          "|",
          "(?<=[-_])" + SECRET_NAME + ": +(?:" + SCHEME + ")?",
          "authorization: +" + SCHEME,
          SECRET_NAME + "(?:(?:\"?(?:=|%3D)\"?|\": ?\")(?:" + SCHEME + ")?|: +" + NO_SENTENCE + ")",
          "\\b" + SCHEME + NO_SENTENCE + "(?=" + VALUE + "{6})");

  /** Tokens that their issuer marks by a prefix, and JWTs. */
  private static final String KNOWN =
      "(?<![\\w-])(?:eyJ[\\w-]{8,}\\.[\\w.-]+|[0-9a-f]{36}NRAL\\b"
          + "|(?:AKIA|ASIA|LTAI|AIza|ya29\\.|dt0[a-z]\\d\\d\\.|NRAK-|xa[ap]t-|hc[abix]{2}k_|glc_"
          + "|glsa_|glpat-|gh[opsu]_|github_pat_|xox[abprs]-|lsv2_|pylf_|dapi|sk[-_]|pk-lf-|ph[cx]_"
          + "|hf_|npm_|cxtp_|dop_v1_)(?=[\\w.-]*\\d)[\\w.-]{12,})";

  private static final String USER_OF_A_URL = "(?<=://)[^/@\\s?#]+(?=@)";
  private static final String PART_OF_A_PATH = "(?<=/)[\\w+=~-]{20,}(?=[/?#\\s]|$)";

  /** What each name, and each scheme, has in lower case. */
  private static final List<String> WORDS =
      List.of(
          ("auth token secret passw passphrase pwd credential cookie session signature bearer jwt"
                  + " license licence honeycomb-team dsn key basic digest dpop negotiate ntlm splunk"
                  + " sentry googlelogin aws4-")
              .split(" "));

  private static final Pattern NAMED = pattern("(" + BEFORE + ")" + VALUE + "+");
  private static final Pattern IN_A_PATH = pattern(PART_OF_A_PATH);
  private static final Pattern IN_A_URL = pattern(USER_OF_A_URL);
  private static final Pattern MARKED = pattern(KNOWN);

  private static final Pattern WORD = Pattern.compile("[\\w+/.~-]{20,}=*");
  private static final Pattern UUID =
      Pattern.compile("\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  /** Shorter texts without = are not searched: no kind of credential fits into them. */
  private static final int SHORTEST = 16;

  private Secrets() {}

  /**
   * The value of a header or of gRPC metadata without credentials. An authentication scheme such as
   * {@code Bearer} stays visible.
   *
   * @param name in lower case
   */
  public static String inHeader(String name, String value) {
    if (USUAL.contains(name)) {
      return value;
    }
    if (SECRET_HEADER.matcher(name).find()) {
      Matcher scheme = STARTS_WITH_SCHEME.matcher(value);
      return scheme.matches() ? scheme.group(1) + HIDDEN : HIDDEN;
    }
    boolean random =
        WORD.matcher(value).matches()
            && isRandom(value)
            && !UUID.matcher(value).matches()
            && !RANDOM_BUT_PUBLIC.matcher(name).find();
    return random ? HIDDEN : inText(value);
  }

  /** A text such as a log line or the target of a request, without credentials. */
  public static String inText(String text) {
    if (text.length() < SHORTEST && text.indexOf('=') < 0) {
      return text;
    }
    String hidden = text;
    String lower = text.toLowerCase(Locale.ROOT);
    // Most texts have no such word, and to look for a name at each character takes long.
    if (WORDS.stream().anyMatch(lower::contains)) {
      hidden = NAMED.matcher(hidden).replaceAll("$1" + HIDDEN);
    }
    hidden =
        IN_A_PATH
            .matcher(hidden)
            .replaceAll(part -> isRandom(part.group()) ? HIDDEN : quoted(part));
    hidden = IN_A_URL.matcher(hidden).replaceAll(HIDDEN);
    return MARKED.matcher(hidden).replaceAll(HIDDEN);
  }

  private static String quoted(MatchResult match) {
    return Matcher.quoteReplacement(match.group());
  }

  private static Pattern pattern(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
  }

  /** Whether small letters, capital letters and digits follow each other as in no word. */
  private static boolean isRandom(String text) {
    int changes = 0;
    boolean digit = false;
    int before = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int kind = Character.getType(c);
      if (Character.isLetterOrDigit(c)) {
        changes += kind == before || before == 0 ? 0 : 1;
        digit |= Character.isDigit(c);
        before = kind;
      }
    }
    return digit && changes >= text.length() / 4;
  }
}
