package io.clada.engine.hf;

/**
 * A model as its family has it: what the decoder is told, and which source tensors go where.
 *
 * <p>Adding a family is a class of this package and a line in the list of families, unless it
 * computes something that {@link DecoderConfig} cannot say.
 */
public interface ModelFamily {
  DecoderConfig config();

  /**
   * A layer's weights; those of a directory's model are all there, in the shapes asked for.
   *
   * @param layer from 0
   */
  LayerWeights layer(int layer);

  /** The weights before the first layer and after the last. */
  EndWeights ends();
}
