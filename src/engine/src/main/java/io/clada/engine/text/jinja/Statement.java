package io.clada.engine.text.jinja;

import io.clada.engine.text.jinja.Values.Undefined;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a template: text, or a tag with what belongs to it. */
sealed interface Statement {
  /** How a loop goes on after a statement. */
  enum Flow {
    ON,
    CONTINUE,
    BREAK
  }

  Flow run(Frame frame, Output out);

  /** Several, until one of them leaves the loop. */
  record Block(List<Statement> statements) implements Statement {
    @Override
    public Flow run(Frame frame, Output out) {
      frame.budget().enter();
      Flow flow = Flow.ON;
      for (int i = 0; i < statements.size() && flow == Flow.ON; i++) {
        frame.budget().spend(1);
        flow = statements.get(i).run(frame, out);
      }
      frame.budget().leave();
      return flow;
    }
  }

  record Data(String text) implements Statement {
    @Override
    public Flow run(Frame frame, Output out) {
      out.append(text);
      return Flow.ON;
    }
  }

  /** {@code {{ value }}} */
  record Print(Expression value) implements Statement {
    @Override
    public Flow run(Frame frame, Output out) {
      out.append(frame.text(value));
      return Flow.ON;
    }
  }

  /** One block per test, and the one behind for when none holds. */
  record If(List<Expression> tests, List<Block> blocks, Block otherwise) implements Statement {
    @Override
    public Flow run(Frame frame, Output out) {
      for (int i = 0; i < tests.size(); i++) {
        if (Values.truth(frame.value(tests.get(i)))) {
          return blocks.get(i).run(frame, out);
        }
      }
      return otherwise.run(frame, out);
    }
  }

  record For(
      Target target, Expression items, @Nullable Expression test, Block body, Block otherwise)
      implements Statement {
    @Override
    public Flow run(Frame frame, Output out) {
      List<?> chosen = chosen(frame);
      if (chosen.isEmpty()) {
        return otherwise.run(frame, out);
      }
      Flow flow = Flow.ON;
      for (int i = 0; i < chosen.size() && flow != Flow.BREAK; i++) {
        frame.budget().spend(1);
        Frame inner = frame.inner();
        inner.set("loop", new Loop(chosen, i));
        target.set(chosen.get(i), inner);
        flow = body.run(inner, out);
      }
      return Flow.ON;
    }

    private List<?> chosen(Frame frame) {
      List<?> all = frame.elements(items);
      if (test == null) {
        return all;
      }
      List<Object> chosen = new ArrayList<>();
      for (Object item : all) {
        Frame inner = frame.inner();
        target.set(item, inner);
        if (Values.truth(inner.value(test))) {
          chosen.add(item);
        }
      }
      return chosen;
    }
  }

  /** {@code set target = value} */
  record Set(Target target, Expression value) implements Statement {
    @Override
    public Flow run(Frame frame, Output out) {
      target.set(frame.value(value), frame);
      return Flow.ON;
    }
  }

  /** {@code set target} with a body, whose text is the value. */
  record SetText(Target target, Block body) implements Statement {
    @Override
    public Flow run(Frame frame, Output out) {
      Output text = new Output(frame.budget());
      body.run(frame.inner(), text);
      target.set(text.toString(), frame);
      return Flow.ON;
    }
  }

  /** Defines a function whose value is the text that its body makes. */
  record Macro(String name, List<String> parameters, List<Expression> defaults, Block body)
      implements Statement {
    @Override
    public Flow run(Frame frame, Output out) {
      frame.set(name, (Function) arguments -> call(frame, arguments));
      return Flow.ON;
    }

    private String call(Frame defined, Arguments arguments) {
      arguments.atMost(parameters.size(), parameters.toArray(String[]::new));
      Frame inner = defined.inner();
      int required = parameters.size() - defaults.size();
      for (int i = 0; i < parameters.size(); i++) {
        String parameter = parameters.get(i);
        Object value = arguments.find(i, parameter);
        if (value == null) {
          value =
              i < required
                  ? new Undefined("parameter '" + parameter + "' was not given and")
                  : inner.value(defaults.get(i - required));
        }
        inner.set(parameter, value);
      }
      Output text = new Output(inner.budget());
      body.run(inner, text);
      return text.toString();
    }
  }

  /** {@code break} or {@code continue} */
  record Leave(Flow flow) implements Statement {
    @Override
    public Flow run(Frame frame, Output out) {
      return flow;
    }
  }
}
