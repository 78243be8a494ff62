package io.clada.console;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.Mode;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/**
 * What the page's form asks for, named as in GenerationRequest. Types are checked here; ranges are
 * the worker's to judge.
 *
 * @param seed as text: it has more digits than the page's numbers
 */
record Ask(
    @Nullable String prompt,
    @Nullable String model,
    @Nullable Mode mode,
    @Nullable Integer maxNewTokens,
    @Nullable Boolean truncatePrompt,
    @Nullable List<String> stop,
    @Nullable Double temperature,
    @Nullable Integer topK,
    @Nullable Double topP,
    @Nullable Double repetitionPenalty,
    @Nullable String seed,
    @JsonProperty("top_k_ratio") @Nullable Double neurons,
    @JsonProperty("input_keep_ratio") @Nullable Double inputs,
    @JsonProperty("ffn_reduction_ratio") @Nullable Double promptSet,
    @Nullable Double surprisalThreshold,
    @Nullable Double entropyThreshold,
    @Nullable Integer updateWindow) {

  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /** What the page sent cannot be read. */
  static final class WrongException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    WrongException(Problem problem) {
      super(problem.message());
      this.problem = problem;
    }

    Problem problem() {
      return problem;
    }
  }

  static GenerationRequest read(byte[] json) throws WrongException {
    Ask ask;
    try {
      ask = STRICT.readValue(json, Ask.class);
    } catch (UnrecognizedPropertyException e) {
      throw wrong(e.getPropertyName(), "is not known here");
    } catch (JsonMappingException e) {
      String field =
          e.getPath().stream()
              .map(JsonMappingException.Reference::getFieldName)
              .filter(name -> name != null)
              .collect(Collectors.joining("."));
      throw wrong(field, e.getOriginalMessage());
    } catch (JsonProcessingException e) {
      throw wrong("", "not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw wrong("", String.valueOf(e.getMessage()));
    }
    if (ask == null || ask.prompt == null) {
      throw wrong("prompt", "is missing; give the text to continue");
    }
    return ask.request();
  }

  private static WrongException wrong(String field, String what) {
    String message = field.isEmpty() ? what : field + ": " + what;
    return new WrongException(
        new Problem(HttpStatus.BAD_REQUEST_400, message, field.isEmpty() ? null : field));
  }

  private GenerationRequest request() throws WrongException {
    return GenerationRequest.newBuilder()
        .setPrompt(prompt == null ? "" : prompt)
        .setModel(model == null ? "" : model)
        .setMode(mode == null ? Mode.CLADA : mode)
        .setMaxNewTokens(maxNewTokens)
        .setTruncatePrompt(truncatePrompt != null && truncatePrompt)
        .setStop(stop == null ? List.of() : stop)
        .setTemperature(temperature)
        .setTopK(topK)
        .setTopP(topP)
        .setRepetitionPenalty(repetitionPenalty)
        .setSeed(seed == null ? null : whole("seed", seed))
        .setTopKRatio(neurons)
        .setInputKeepRatio(inputs)
        .setFfnReductionRatio(promptSet)
        .setSurprisalThreshold(surprisalThreshold)
        .setEntropyThreshold(entropyThreshold)
        .setUpdateWindow(updateWindow)
        .build();
  }

  private static Long whole(String field, String text) throws WrongException {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw wrong(field, "is not a whole number of 64 bits");
    }
  }
}
