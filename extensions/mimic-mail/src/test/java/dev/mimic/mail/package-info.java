@NullMarked
package dev.mimic.mail;

import org.jspecify.annotations.NullMarked;
