/**
 * Mail over any flow, always over TLS. Start with {@link dev.mimic.mail.MailClient}, which sends a
 * {@link dev.mimic.mail.MailMessage}, and {@link dev.mimic.mail.MailModule}, which contributes the
 * schemes {@code smtp}, {@code submission} and {@code smtps}. {@code SmtpProtocol} carries these
 * schemes: its flows are SMTP sessions that are encrypted and logged in.
 */
@NullMarked
package dev.mimic.mail;

import org.jspecify.annotations.NullMarked;
