/** An application of Spring Boot whose only connector is a {@code FlowConnector}. */
@NullMarked
package dev.mimic.spring;

import org.jspecify.annotations.NullMarked;
