/** Tests of the server, before other people's clients and by the bytes on the wire. */
@NullMarked
package dev.mimic.http.server;

import org.jspecify.annotations.NullMarked;
