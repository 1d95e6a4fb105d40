@NullMarked
package dev.mimic.sockets;

import org.jspecify.annotations.NullMarked;
