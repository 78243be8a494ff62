# The forward pass, as TorchScript: this file is the code of the archive that libtorch loads (DecoderArchive.java zips it).
#
# Pure functions of weights, cache and inputs: Java owns every tensor, and all policy. One sequence at a time.
#   D hidden size, H heads, KV key-value heads, E head size, F neurons, V vocabulary, S context, L layers, T tokens in this call
#   ws      per layer ten tensors, float32:  norm [D], qkv [D, (H+2KV)E], its bias, o [HE, D], its bias,
#                                            norm [D], gate and up [D, 2F], its bias, down [F, D], its bias
#           (a missing bias has no elements; matrices are transposed, so that the weights of one input are one row)
#   ends    embedding [V, D], final norm [D], head [V, D], cosines [S, E], sines [S, E] (their first half negated)
#   kv      key-value cache [L, 2, KV, S, E], updated in place
#   ids     token ids [S + 1], int64; the drawn token is written behind the last one read
#   thresholds, floors   four per layer, for the inputs of qkv, o, gate and up, down (see `select`)
class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # The inputs that count: those whose magnitude reaches the threshold, but never fewer than the floor's number of the largest.
  def select(self: __torch__.Decoder, x: Tensor, threshold: float, floor: int) -> Tensor:
    magnitude = torch.abs(x)
    index = torch.flatten(torch.nonzero(torch.ge(magnitude, threshold)))
    if torch.lt(torch.size(index, 0), floor):
      index = torch.topk(magnitude, floor, -1, True, False)[1]
    return index

  # The sparse product: x @ w without the terms whose input does not count. Only the rows of w that count are read. Four bags, so
  # that several cores share the rows. One function, so that a native kernel can take its place.
  def sparse(self: __torch__.Decoder, x: Tensor, w: Tensor, index: Tensor) -> Tensor:
    quarter = torch.floordiv(torch.size(index, 0), 4)
    offsets = torch.arange(0, torch.mul(4, quarter), quarter, dtype=4, layout=0, device=ops.prim.device(x))
    bags = torch.embedding_bag(w, index, offsets, False, 0, False, torch.index_select(x, 0, index), False)[0]
    return torch.sum(bags, [0], True)

  # x @ w + bias, dense where the floor is every input. Appends how many inputs were used.
  def product(self: __torch__.Decoder, x: Tensor, w: Tensor, bias: Tensor, threshold: float, floor: int, used: List[float]) -> Tensor:
    inputs = torch.size(w, 0)
    if torch.ge(floor, inputs):
      y = torch.matmul(x, w)
      torch.append(used, float(inputs))
    else:
      row = torch.select(x, 0, 0)
      index = (self).select(row, threshold, floor)
      y = (self).sparse(row, w, index)
      torch.append(used, float(torch.size(index, 0)))
    if torch.gt(torch.numel(bias), 0):
      y = torch.add(y, bias)
    return y

  def rotate(self: __torch__.Decoder, x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    rolled = torch.roll(x, [torch.floordiv(torch.size(x, -1), 2)], [-1])
    return torch.add(torch.mul(x, cosine), torch.mul(rolled, sine))

  # Causal attention of T queries [T, H, E] over keys and values [KV, start + T, E]. Gives [T, HE].
  def attend(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, start: int) -> Tensor:
    tokens = torch.size(q, 0)
    heads = torch.size(q, 1)
    groups = torch.size(k, 0)
    width = torch.size(q, 2)
    seen = torch.size(k, 1)
    share = torch.floordiv(heads, groups)
    grouped = torch.reshape(torch.permute(torch.reshape(q, [tokens, groups, share, width]), [1, 0, 2, 3]), [groups, torch.mul(tokens, share), width])
    scores = torch.mul(torch.bmm(grouped, torch.transpose(k, 1, 2)), torch.div(1.0, torch.sqrt(width)))
    if torch.gt(tokens, 1):
      hidden = torch.triu(torch.ones([tokens, seen], dtype=11, layout=0, device=ops.prim.device(q)), torch.add(start, 1))
      hidden = torch.reshape(hidden, [1, tokens, 1, seen])
      scores = torch.reshape(torch.masked_fill(torch.reshape(scores, [groups, tokens, share, seen]), hidden, -3.4e+38), [groups, torch.mul(tokens, share), seen])
    mixed = torch.bmm(torch.softmax(scores, -1), v)
    return torch.reshape(torch.permute(torch.reshape(mixed, [groups, tokens, share, width]), [1, 0, 2, 3]), [tokens, torch.mul(heads, width)])

  # Adds to a row of the probe, per ratio: the magnitude that this share of the inputs reaches, times the tokens it stands for.
  def measure(self: __torch__.Decoder, x: Tensor, ratios: Tensor, probe: Tensor) -> None:
    flat = torch.flatten(torch.abs(x))
    stride = torch.add(1, torch.floordiv(torch.numel(flat), 65536))
    flat = torch.slice(flat, 0, 0, 9223372036854775807, stride)
    ranked = torch.sort(flat, -1, True)[0]
    place = torch.clamp(torch.to(torch.mul(ratios, torch.numel(flat)), 4), 0, torch.sub(torch.numel(flat), 1))
    _0 = torch.add_(probe, torch.index_select(ranked, 0, place), alpha=torch.size(x, 0))
    return None

  # All layers over ids[start : start + T]. Fills the cache and gives the last hidden states [T, D], before the final norm.
  # collect: adds the neurons' activity to `energy` [2, L, F] (sum of z^2; sum of z^2 / ||z||^2) and the inputs' magnitudes to `probe`
  # [L, 4, R], for `ratios` [R].
  def layers(self: __torch__.Decoder, ws: List[Tensor], ends: List[Tensor], kv: Tensor, ids: Tensor, start: int, tokens: int, eps: float, thresholds: List[float], floors: List[int], collect: bool, ratios: Tensor, energy: Tensor, probe: Tensor, used: List[float]) -> Tensor:
    end = torch.add(start, tokens)
    groups = torch.size(kv, 2)
    width = torch.size(kv, 4)
    h = torch.index_select(ends[0], 0, torch.slice(ids, 0, start, end, 1))
    hidden = torch.size(h, 1)
    cosine = torch.unsqueeze(torch.slice(ends[3], 0, start, end, 1), 1)
    sine = torch.unsqueeze(torch.slice(ends[4], 0, start, end, 1), 1)
    for layer in range(torch.size(kv, 0)):
      w = torch.mul(layer, 10)
      s = torch.mul(layer, 4)
      heads = torch.floordiv(torch.size(ws[torch.add(w, 3)], 0), width)
      x = torch.rms_norm(h, [hidden], ws[w], eps)
      qkv = (self).product(x, ws[torch.add(w, 1)], ws[torch.add(w, 2)], thresholds[s], floors[s], used)
      qkv = torch.reshape(qkv, [tokens, torch.add(heads, torch.mul(2, groups)), width])
      qk = (self).rotate(torch.narrow(qkv, 1, 0, torch.add(heads, groups)), cosine, sine)
      keys = torch.select(torch.select(kv, 0, layer), 0, 0)
      values = torch.select(torch.select(kv, 0, layer), 0, 1)
      _0 = torch.copy_(torch.slice(keys, 1, start, end, 1), torch.transpose(torch.narrow(qk, 1, heads, groups), 0, 1))
      _1 = torch.copy_(torch.slice(values, 1, start, end, 1), torch.transpose(torch.narrow(qkv, 1, torch.add(heads, groups), groups), 0, 1))
      a = (self).attend(torch.narrow(qk, 1, 0, heads), torch.slice(keys, 1, 0, end, 1), torch.slice(values, 1, 0, end, 1), start)
      o = (self).product(a, ws[torch.add(w, 3)], ws[torch.add(w, 4)], thresholds[torch.add(s, 1)], floors[torch.add(s, 1)], used)
      h = torch.add(h, o)
      y = torch.rms_norm(h, [hidden], ws[torch.add(w, 5)], eps)
      gu = (self).product(y, ws[torch.add(w, 6)], ws[torch.add(w, 7)], thresholds[torch.add(s, 2)], floors[torch.add(s, 2)], used)
      halves = torch.chunk(gu, 2, -1)
      z = torch.mul(torch.silu(halves[0]), halves[1])
      d = (self).product(z, ws[torch.add(w, 8)], ws[torch.add(w, 9)], thresholds[torch.add(s, 3)], floors[torch.add(s, 3)], used)
      h = torch.add(h, d)
      if collect:
        squares = torch.pow(z, 2)
        _2 = torch.add_(torch.select(torch.select(energy, 0, 0), 0, layer), torch.sum(squares, [0], False))
        _3 = torch.add_(torch.select(torch.select(energy, 0, 1), 0, layer), torch.sum(torch.div(squares, torch.add(torch.sum(squares, [-1], True), 1.0e-30)), [0], False))
        rows = torch.select(probe, 0, layer)
        (self).measure(x, ratios, torch.select(rows, 0, 0))
        (self).measure(a, ratios, torch.select(rows, 0, 1))
        (self).measure(y, ratios, torch.select(rows, 0, 2))
        (self).measure(z, ratios, torch.select(rows, 0, 3))
    return h

  def head(self: __torch__.Decoder, h: Tensor, ends: List[Tensor], eps: float) -> Tensor:
    return torch.linear(torch.rms_norm(h, [torch.size(h, 1)], ends[1], eps), ends[2])

  # The next token from raw logits [V], in the order of Hugging Face's processors and warpers; u in [0, 1) decides the draw.
  # temperature 0 is argmax. Sorts the whole vocabulary only where the likeliest 1,024 tokens do not hold top_p.
  def draw(self: __torch__.Decoder, logits: Tensor, seen: Tensor, temperature: float, top_k: int, top_p: float, penalty: float, u: float) -> Tensor:
    scores = logits
    if torch.ne(penalty, 1.0):
      old = torch.index_select(scores, 0, seen)
      old = torch.where(torch.lt(old, 0), torch.mul(old, penalty), torch.div(old, penalty))
      scores = torch.index_copy(scores, 0, seen, old)
    if torch.eq(temperature, 0.0):
      token = torch.argmax(scores)
    else:
      scores = torch.div(scores, temperature)
      vocabulary = torch.size(scores, 0)
      most = 1024
      if torch.gt(top_k, 0):
        most = top_k
      most = ops.prim.min(most, vocabulary)
      best, order = torch.topk(scores, most, -1, True, True)
      if torch.gt(top_k, 0):
        p = torch.softmax(best, -1, 7)
      else:
        p = torch.exp(torch.sub(torch.to(best, 7), torch.to(torch.logsumexp(scores, [-1]), 7)))
        if torch.lt(float(torch.sum(p)), top_p):
          best, order = torch.sort(scores, -1, True)
          p = torch.softmax(best, -1, 7)
      c = torch.cumsum(p, 0)
      kept = torch.clamp(torch.sum(torch.lt(torch.sub(c, p), top_p)), 1)
      c = torch.slice(c, 0, 0, int(kept), 1)
      place = torch.sum(torch.le(c, torch.mul(torch.select(c, 0, -1), u)))
      token = torch.select(order, 0, ops.prim.min(int(place), torch.sub(int(kept), 1)))
    return token

  # Runs the model over ids[start : start + T] and draws the token that follows, which is written to ids[start + T], unless
  # forced: then the one that stands there is scored. Gives [token, surprisal in bits, entropy in bits, inputs used by each product ...].
  def run(self: __torch__.Decoder, ws: List[Tensor], ends: List[Tensor], kv: Tensor, ids: Tensor, start: int, tokens: int, eps: float, thresholds: List[float], floors: List[int], collect: bool, ratios: Tensor, energy: Tensor, probe: Tensor, forced: bool, temperature: float, top_k: int, top_p: float, penalty: float, u: float) -> List[float]:
    used = annotate(List[float], [])
    h = (self).layers(ws, ends, kv, ids, start, tokens, eps, thresholds, floors, collect, ratios, energy, probe, used)
    end = torch.add(start, tokens)
    logits = torch.select((self).head(torch.slice(h, 0, torch.sub(tokens, 1), tokens, 1), ends, eps), 0, 0)
    place = torch.select(ids, 0, end)
    if forced:
      token = place
    else:
      token = (self).draw(logits, torch.slice(ids, 0, 0, end, 1), temperature, top_k, top_p, penalty, u)
      _0 = torch.copy_(place, token)
    logp = torch.log_softmax(logits, -1)
    surprisal = torch.div(torch.neg(torch.select(logp, 0, int(token))), 0.6931471805599453)
    entropy = torch.div(torch.neg(torch.sum(torch.mul(torch.exp(logp), logp))), 0.6931471805599453)
    result = annotate(List[float], [float(int(token)), float(surprisal), float(entropy)])
    return torch.add(result, used)

  # Runs the model over ids[start : start + T] for its effect on the cache and on what is collected.
  def fill(self: __torch__.Decoder, ws: List[Tensor], ends: List[Tensor], kv: Tensor, ids: Tensor, start: int, tokens: int, eps: float, thresholds: List[float], floors: List[int], collect: bool, ratios: Tensor, energy: Tensor, probe: Tensor) -> bool:
    used = annotate(List[float], [])
    h = (self).layers(ws, ends, kv, ids, start, tokens, eps, thresholds, floors, collect, ratios, energy, probe, used)
    return True

  # Raw logits [T, V] of ids[start : start + T], dense.
  def logits(self: __torch__.Decoder, ws: List[Tensor], ends: List[Tensor], kv: Tensor, ids: Tensor, start: int, tokens: int, eps: float, thresholds: List[float], floors: List[int]) -> Tensor:
    used = annotate(List[float], [])
    h = (self).layers(ws, ends, kv, ids, start, tokens, eps, thresholds, floors, False, ends[1], ends[1], ends[1], used)
    return (self).head(h, ends, eps)

  # The weights ws with each layer's FFN cut down to its most important neurons, [L, K] of them: compact copies.
  def compact(self: __torch__.Decoder, ws: List[Tensor], neurons: Tensor) -> List[Tensor]:
    result = annotate(List[Tensor], [])
    for layer in range(torch.size(neurons, 0)):
      kept = torch.select(neurons, 0, layer)
      w = torch.mul(layer, 10)
      all = torch.size(ws[torch.add(w, 8)], 0)
      both = torch.cat([kept, torch.add(kept, all)], 0)
      for i in range(6):
        _0 = torch.append(result, ws[torch.add(w, i)])
      _1 = torch.append(result, torch.contiguous(torch.index_select(ws[torch.add(w, 6)], 1, both)))
      bias = ws[torch.add(w, 7)]
      if torch.gt(torch.numel(bias), 0):
        bias = torch.index_select(bias, 0, both)
      _2 = torch.append(result, bias)
      _3 = torch.append(result, torch.index_select(ws[torch.add(w, 8)], 0, kept))
      _4 = torch.append(result, ws[torch.add(w, 9)])
    return result

  # Writes rows [n, in] of a matrix as Hugging Face stores it, [out, in], into columns at, at + 1, ... of its transpose [in, out], as
  # float32. Vectors and untransposed matrices: as rows.
  def place(self: __torch__.Decoder, rows: Tensor, transpose: bool, target: Tensor, at: int) -> bool:
    n = torch.size(rows, 0)
    if transpose:
      _0 = torch.copy_(torch.narrow(target, 1, at, n), torch.t(rows))
    else:
      _1 = torch.copy_(torch.narrow(target, 0, at, n), rows)
    return True
