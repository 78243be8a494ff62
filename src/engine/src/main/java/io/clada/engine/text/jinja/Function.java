package io.clada.engine.text.jinja;

/** What a template can call: a function given to it, a macro, a method of a value. */
@FunctionalInterface
public interface Function {
  /**
   * Answers a call.
   *
   * @return a String, Boolean, Long, Double, List or Map
   * @throws JinjaException to refuse
   */
  Object call(Arguments arguments);
}
