/**
 * The part of the Jinja 2 template language that chat templates use, as Python's own implementation
 * renders it with transformers' settings ({@code trim_blocks}, {@code lstrip_blocks}).
 *
 * <p>Made for templates that come from strangers. A template computes with strings, numbers, lists
 * and maps; there is no reflection, no file and no class that it could reach, because values of
 * other types do not exist in here. {@link io.clada.engine.text.jinja.Budget} bounds time, memory,
 * nesting and output.
 *
 * <p>There are the tags if, for, set, macro, raw, generation, break and continue; the filters and
 * tests are listed in {@code Filters} and {@code Tests}. Of Python's methods there are those of
 * strings and dicts that leave them unchanged. What is missing is an error that names it.
 *
 * <p>Why not a library: jinjava 2.8.4, the one for Java, renders other prompts than Python without
 * an error: {@code lstrip_blocks} also strips behind text, which takes the spaces before {@code
 * ASSISTANT:} from LLaVA 1.5's template, and a filtered {@code for} loop yields nothing. Its limits
 * count output and list sizes but not work, so that nested empty loops, comparing nested lists and
 * the regular expressions that read a macro's head run on past a deadline and an interruption.
 */
@NullMarked
package io.clada.engine.text.jinja;

import org.jspecify.annotations.NullMarked;
