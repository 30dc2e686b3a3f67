package workshop.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import workshop.wire.ThrowawayCertificates;
import workshop.wire.Tls;

/** The options that say how senders are let in: TLS, client certificates, a token. */
final class TlsOptions {
  @Option(
      names = "--tls",
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "CERT,KEY",
      description = {
        "Both ports speak TLS, with these PEM files. Without files: with a certificate for"
            + " localhost of a throwaway CA; it prints where they are."
      })
  private String files;

  @Option(
      names = "--client-ca",
      paramLabel = "FILE",
      description = "With --tls: senders need a certificate of this CA (PEM).")
  private Path clientCa;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "Requests need this bearer token in the header authorization.")
  private String token;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /**
   * The certificates of the throwaway CA, if they are to be used.
   *
   * @throws IOException if they cannot be made
   */
  Optional<ThrowawayCertificates> throwaway() throws IOException {
    return files != null && files.isEmpty()
        ? Optional.of(ThrowawayCertificates.find())
        : Optional.empty();
  }

  /**
   * What both ports speak.
   *
   * @throws ParameterException if the options do not fit together
   * @throws IOException if a file cannot be used; the message says what to do
   */
  Optional<Tls> tls(Optional<ThrowawayCertificates> throwaway) throws IOException {
    if (files == null) {
      if (clientCa != null) {
        throw new ParameterException(command.commandLine(), "--client-ca needs --tls");
      }
      return Optional.empty();
    }
    Optional<Path> ca = Optional.ofNullable(clientCa);
    if (throwaway.isPresent()) {
      return Optional.of(throwaway.get().tls("server", ca));
    }
    String[] named = files.split(",", -1);
    if (named.length != 2 || named[0].isBlank() || named[1].isBlank()) {
      throw new ParameterException(
          command.commandLine(),
          "--tls needs two files with a comma between them, CERT,KEY, or none, not " + files);
    }
    return Optional.of(Tls.of(Path.of(named[0]), Path.of(named[1]), ca));
  }

  /** The option {@code --tls} as it was typed, behind a space; empty without it. */
  String typed() {
    if (files == null) {
      return "";
    }
    return files.isEmpty() ? " --tls" : " --tls " + files;
  }

  Optional<String> token() {
    return Optional.ofNullable(token);
  }
}
