package workshop.notebook;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Javadoc comments as plain text. */
final class Javadoc {
  private static final int LONGEST = 300;
  private static final int LONGEST_READ = 4000;
  private static final Pattern BLOCK = Pattern.compile("^\\s*@\\w", Pattern.MULTILINE);
  private static final Pattern PARAGRAPH = Pattern.compile("(?i)<(?:p|pre|ul|ol|table|h\\d)\\b");

  /** {@code {@code x}}, {@code {@link A#b label}} and the like, without another inside. */
  private static final Pattern INLINE = Pattern.compile("\\{@(\\w+)\\s*([^{}]*)\\}");

  private static final Pattern TAG = Pattern.compile("</?[a-zA-Z][^<>]*>");
  private static final Pattern END = Pattern.compile("[.!?](?=\\s)");

  private Javadoc() {}

  /** The first sentence of a comment; empty if there is none, or no comment. */
  static String firstSentence(String comment) {
    if (comment == null) {
      return "";
    }
    String text = comment.substring(0, Math.min(comment.length(), LONGEST_READ)).strip();
    // With {@return x} alone, a comment says what is returned.
    text = before(BLOCK, text);
    String before;
    do {
      before = text;
      text = INLINE.matcher(text).replaceAll(Javadoc::inline);
    } while (!text.equals(before));
    text = before(PARAGRAPH, text.strip());
    text = TAG.matcher(text).replaceAll("");
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ");
    text = text.replace("&quot;", "\"").replace("&#64;", "@").replace("&amp;", "&");
    Matcher end = END.matcher(text);
    String sentence = end.find() ? text.substring(0, end.end()) : text;
    sentence = sentence.replaceAll("\\s+", " ").strip();
    return sentence.length() <= LONGEST ? sentence : sentence.substring(0, LONGEST) + "…";
  }

  private static String before(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? text.substring(0, matcher.start()) : text;
  }

  private static String inline(MatchResult tag) {
    String said = tag.group(2).strip();
    String shown =
        switch (tag.group(1)) {
          case "link", "linkplain" -> {
            int label = said.indexOf(' ');
            boolean labelled = label > 0 && said.indexOf(')') < label;
            yield labelled
                ? said.substring(label + 1)
                : said.replaceFirst("^#", "").replace('#', '.');
          }
          case "return" -> "Returns " + said + ".";
          case "inheritDoc" -> "";
          // Its markup is meant as text.
          case "code", "literal" -> said.replace("<", "&lt;").replace(">", "&gt;");
          default -> said;
        };
    return Matcher.quoteReplacement(shown);
  }
}
