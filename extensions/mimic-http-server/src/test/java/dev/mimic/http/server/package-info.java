/** Tests of the server with third-party clients and with raw bytes. */
@NullMarked
package dev.mimic.http.server;

import org.jspecify.annotations.NullMarked;
