package dev.mimic.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A {@link Test} with {@link MimicExtension}. A class whose {@code @BeforeEach} methods or
 * constructor need the network too has {@code @ExtendWith(MimicExtension.class)} instead.
 */
@Test
@ExtendWith(MimicExtension.class)
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface MimicTest {}
