package workshop.lesson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.UUID;

/** Writes files whole or not at all: if the disk is full, a file stays as it was. */
public final class WholeFile {
  private WholeFile() {}

  /** The same in UTF-8. */
  public static void write(Path file, String text) throws IOException {
    write(file, text, UTF_8);
  }

  /**
   * Writes a file, or replaces its text. A file that exists keeps its permissions, and a symbolic
   * link still points to it.
   *
   * @throws IOException if it cannot be written; the message says why, and that nothing has changed
   */
  public static void write(Path file, String text, Charset charset) throws IOException {
    try {
      boolean exists = Files.exists(file);
      Path target = exists ? file.toRealPath() : file;
      if (exists && !Files.isWritable(target)) {
        throw new AccessDeniedException(target.toString());
      }
      Path whole = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + ".tmp");
      try {
        try (FileChannel channel = FileChannel.open(whole, CREATE_NEW, WRITE)) {
          ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(charset));
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
          channel.force(true);
        }
        if (exists) {
          keepPermissions(target, whole);
        }
        Files.move(whole, target, ATOMIC_MOVE, REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(whole);
      }
    } catch (IOException e) {
      throw new IOException(
          "%s could not be written (%s). Nothing was changed."
              .formatted(file.getFileName(), reason(e)),
          e);
    }
  }

  private static void keepPermissions(Path from, Path to) throws IOException {
    PosixFileAttributeView there = Files.getFileAttributeView(to, PosixFileAttributeView.class);
    if (there != null) {
      there.setPermissions(Files.getPosixFilePermissions(from));
    }
  }

  private static String reason(IOException problem) {
    if (problem instanceof AccessDeniedException) {
      return "permission denied";
    }
    return problem instanceof FileSystemException e && e.getReason() != null
        ? e.getReason()
        : problem.getMessage();
  }
}
