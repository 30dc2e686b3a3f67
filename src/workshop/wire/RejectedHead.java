package workshop.wire;

/**
 * The first bytes of what is not a request of the port's protocol, to show them as one.
 *
 * @param method the first word, or {@code TLS}
 * @param target the second word without secrets; "" if there is none
 */
record RejectedHead(String method, String target, boolean tls) {
  static final RejectedHead TLS = new RejectedHead("TLS", "", true);

  /** How many bytes are kept for this. */
  static final int BYTES = 200;

  private static final char TLS_HANDSHAKE = 0x16;

  static RejectedHead of(CharSequence begun) {
    if (isTls(begun)) {
      return TLS;
    }
    String[] words = begun.toString().stripLeading().split("[\\r\\n]", 2)[0].split(" ", 3);
    String target = words.length > 1 ? HttpHead.shown(words[1]) : "";
    return new RejectedHead(words[0], target, false);
  }

  static boolean isTls(CharSequence begun) {
    return !begun.isEmpty() && begun.charAt(0) == TLS_HANDSHAKE;
  }

  Call call(Protocol protocol, Budget.Share share) {
    return new Call(protocol, method, target, null, share);
  }
}
