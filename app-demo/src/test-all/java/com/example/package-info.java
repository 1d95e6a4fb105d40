/** The code of the README, as somebody outside writes it. */
@NullMarked
package com.example;

import org.jspecify.annotations.NullMarked;
