package dev.mimic;

import java.util.Map;
import java.util.TreeMap;

/**
 * The names of characters in HTML (section 13.5 of the HTML standard), in lower case: those of
 * ASCII, and of Latin-1, which is all that HTML 3.2 had. Letters are mapped to lower case too.
 */
final class HtmlEntities {
  private static final String ASCII =
      "excl! quot\" num# dollar$ percnt% amp& apos' lpar( rpar) ast* midast* plus+ comma, period."
          + " sol/ colon: semi; lt< equals= gt> quest? commat@ lsqb[ lbrack[ bsol\\ rsqb] rbrack]"
          + " hat^ lowbar_ underbar_ grave` lcub{ lbrace{ verbar| vert| verticalline| rcub} rbrace}";

  private static final String FROM_A0 =
      "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr"
          + " deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12"
          + " frac34 iquest";

  private static final String FROM_DF =
      "szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave"
          + " iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave"
          + " uacute ucirc uuml yacute thorn yuml";

  static final Map<String, Character> BY_NAME = byName();

  private HtmlEntities() {}

  private static Map<String, Character> byName() {
    Map<String, Character> byName = new TreeMap<>();
    for (String each : ASCII.split(" ", -1)) {
      int end = each.length() - 1;
      byName.put(each.substring(0, end), each.charAt(end));
    }
    addInOrder(FROM_A0, '\u00a0', byName);
    byName.put("times", '\u00d7');
    addInOrder(FROM_DF, '\u00df', byName);
    byName.put("tab", '\t');
    byName.put("newline", '\n');
    return Map.copyOf(byName);
  }

  private static void addInOrder(String names, char first, Map<String, Character> to) {
    char next = first;
    for (String each : names.split(" ", -1)) {
      to.put(each, next++);
    }
  }
}
