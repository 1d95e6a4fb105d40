package dev.mimic.parity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A program that connects to a host and a port, listens on a port, and runs the commands that it
 * reads, one on each line. It answers each with a line.
 */
final class PeerProcess {
  private static final int POLL_MILLIS = 1;

  private PeerProcess() {}

  public static void main(String[] args) throws Exception {
    try (Socket socket = new Socket(args[0], Integer.parseInt(args[1]));
        ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByName(args[0]));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        System.out.println(answer(line.split(" ", 2), socket, listener));
      }
    }
  }

  private static String answer(String[] command, Socket socket, ServerSocket listener)
      throws Exception {
    switch (command[0]) {
      case "write" -> socket.getOutputStream().write(Patterns.of(number(command)).array());
      case "await" -> {
        while (socket.getInputStream().available() < number(command)) {
          Thread.sleep(POLL_MILLIS); // the parent kills this process in the end
        }
      }
      case "listener" -> {
        return String.valueOf(listener.getLocalPort());
      }
      default -> throw new IllegalArgumentException(command[0]);
    }
    return "done";
  }

  private static int number(String[] command) {
    return Integer.parseInt(command[1]);
  }
}
