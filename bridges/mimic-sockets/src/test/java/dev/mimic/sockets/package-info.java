/** Tests of sockets over flows, beside those of the JDK and with third-party programs. */
@NullMarked
package dev.mimic.sockets;

import org.jspecify.annotations.NullMarked;
