/** Tests; {@link dev.mimic.AddressParserTest} reads its cases from tables beside it. */
@NullMarked
package dev.mimic;

import org.jspecify.annotations.NullMarked;
