package io.github.embeddedkms.cli.terminal;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/** Failures of files in words: the message of some of their exceptions is only a file name. */
public final class FileFailures {

  private FileFailures() {}

  /**
   * Says what is wrong with a file.
   *
   * @param failure thrown by a file operation
   * @return a reason that can follow the name of the file
   */
  public static String reason(Exception failure) {
    if (failure instanceof NoSuchFileException) {
      return "no such file";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "the file already exists";
    }
    return failure instanceof AccessDeniedException
        ? "permission denied"
        : String.valueOf(failure.getMessage());
  }
}
