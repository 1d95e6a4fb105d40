package dev.mimic.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A command of a server that runs.
 *
 * @param input its standard output
 * @param output its standard input
 * @param outputEnd ends its standard input
 * @param end closes all
 */
record SshRun(InputStream input, OutputStream output, Closeable outputEnd, Closeable end)
    implements Closeable {

  void endOutput() throws IOException {
    outputEnd.close();
  }

  @Override
  public void close() throws IOException {
    end.close();
  }
}
