/** A Spring Boot application whose only connector is a {@code FlowConnector}. */
@NullMarked
package dev.mimic.spring;

import org.jspecify.annotations.NullMarked;
