@NullMarked
package dev.mimic.ssh.server;

import org.jspecify.annotations.NullMarked;
