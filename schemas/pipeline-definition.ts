/** Printed from the code by `npm run schemas`; a test fails where it drifts. */

type Stage<Name extends string, Options, More = unknown> = Name | ({ readonly use: Name; readonly with?: Options } & More);
type Timed = { readonly timeout?: number };
type BackendEntry<Name extends string, Options, Training> = Timed & { readonly use?: Name; readonly with?: Options; readonly train?: Training };

/** The options of distances. */
export interface DistancesOptions {
  /** What rows are compared by. values: their own values, from 0 to 1. classifier: 64 features of a small network that learns the labels of the training data, once, and is kept beside the models. { "network": path }: the features of a network of your own, such as Inception. */
  readonly features?: "values" | "classifier" | {
    /** An .onnx file, relative to the pipeline. */
    readonly network: string;
    /** Its output of features; absent: the first. */
    readonly output?: string;
    /** Its output of logits, by which classes are told. */
    readonly logits?: string;
    /** What is taken off values from 0 to 1 before it sees them; absent: 0. */
    readonly mean?: number;
    /** What they are then divided by; absent: 1. */
    readonly deviation?: number;
  };
  /** Which are taken. */
  readonly measures?: readonly ("fid" | "kid" | "precision_recall" | "density_coverage")[];
  /** How many nearest neighbours a ball around a row holds. */
  readonly neighbours?: number;
  /** At most so many rows of each set are compared pair by pair, chosen by their hash. */
  readonly rows?: number;
  /** Resamplings for 95% intervals, such as 1000; 0: no intervals. */
  readonly resamples?: number;
}

/** The options of classes. */
export interface ClassesOptions {
  /** What tells classes. classifier: a small network that learns the labels of the training data, once, and is kept beside the models. { "network": path, "logits": name }: a network of your own. */
  readonly features?: "classifier" | {
    /** An .onnx file, relative to the pipeline. */
    readonly network: string;
    /** Its output of features; absent: the first. */
    readonly output?: string;
    /** Its output of logits, by which classes are told. */
    readonly logits?: string;
    /** What is taken off values from 0 to 1 before it sees them; absent: 0. */
    readonly mean?: number;
    /** What they are then divided by; absent: 1. */
    readonly deviation?: number;
  };
  /** Resamplings for 95% intervals, such as 1000; 0: no intervals. */
  readonly resamples?: number;
}

/** The options of memorisation. */
export interface MemorisationOptions {
  /** What rows are compared by. values: their own values, from 0 to 1. classifier: 64 features of a small network that learns the labels of the training data, once, and is kept beside the models. { "network": path }: the features of a network of your own, such as Inception. */
  readonly features?: "values" | "classifier" | {
    /** An .onnx file, relative to the pipeline. */
    readonly network: string;
    /** Its output of features; absent: the first. */
    readonly output?: string;
    /** Its output of logits, by which classes are told. */
    readonly logits?: string;
    /** What is taken off values from 0 to 1 before it sees them; absent: 0. */
    readonly mean?: number;
    /** What they are then divided by; absent: 1. */
    readonly deviation?: number;
  };
  /** At most so many rows of each set are compared pair by pair, chosen by their hash. */
  readonly rows?: number;
  /** Resamplings for 95% intervals, such as 1000; 0: no intervals. */
  readonly resamples?: number;
}

/** The options of gan. */
export interface GanOptions {
  /** dense: numbers in a row. dcgan: convolutions over pictures. text: convolutions over letters. auto: what the tokenizer suggests. */
  readonly network?: "auto" | "dense" | "dcgan" | "text";
  /** How many numbers of noise a row is made from. */
  readonly latent?: number;
  /** Units of a dense layer; channels of a text layer; channels of the widest layer of a dcgan generator. */
  readonly width?: number;
  /** Hidden layers of each network; of a dcgan, how often it doubles and halves its pictures. */
  readonly depth?: number;
  /** Layers between the noise and what the generator reads (StyleGAN); 0: it reads the noise. */
  readonly mapping?: number;
  /** How the discriminator sees the label that a row is given: as further inputs, or through an inner product with its last layer. */
  readonly condition?: "none" | "concatenation" | "projection";
  /** Divides every weight of the discriminator by its largest singular value. */
  readonly spectral_norm?: boolean;
  /** Positions of a text network, the end of the row included; longer rows are an error. */
  readonly length?: number;
  /** How a text network says a letter: the likeliest, or one drawn by the probabilities that it was trained with. */
  readonly draw?: "mode" | "sample";
}

/** How gan is trained. */
export interface GanTraining {
  /** Steps of the generator. */
  readonly steps?: number;
  /** Rows of a step. */
  readonly batch?: number;
  /** What the two networks play for. */
  readonly game?: "non-saturating" | "saturating" | "least-squares" | "hinge" | "wasserstein";
  /** Steps of the discriminator before each of the generator. */
  readonly critic_steps?: number;
  /** The generator's learning rate. */
  readonly learning_rate?: number;
  /** The discriminator's learning rate; absent: the generator's. */
  readonly critic_learning_rate?: number;
  /** How much Adam keeps of a gradient's mean and of its square. */
  readonly betas?: readonly [number, number];
  /** Whether the learning rates fall in a line to 0 over the steps. */
  readonly decay?: "none" | "linear";
  /** Weight of (|gradient| − 1)² of the discriminator between real and generated rows (WGAN-GP); 10 is usual. */
  readonly gradient_penalty?: number;
  /** Weight γ of ½γ|gradient|² of the discriminator at real rows. */
  readonly r1?: number;
  /** Holds every weight of the discriminator between −clip and clip; 0: leaves them; 0.01 is Wasserstein GAN's. */
  readonly clip?: number;
  /** How much of a moving average of the generator's weights each step keeps; samples are made with the average. 0: with the last weights. */
  readonly average?: number;
  /** Deviation of the noise on what the discriminator sees, real and generated, at the start; it falls in a line to 0 over the steps. */
  readonly instance_noise?: number;
  /** A text network's Gumbel-softmax temperature at the first and at the last step; in between it falls geometrically. */
  readonly temperature?: readonly [number, number];
  /** Every so many steps the generator is looked at. */
  readonly monitor?: number;
  /** Whether a training that collapses or whose gradient vanishes goes on with a warning, or stops with an error. */
  readonly on_collapse?: "warn" | "stop";
  /** Where training runs; auto: on a GPU where there is one. */
  readonly device?: "cpu" | "auto" | "webgpu" | "cuda";
  /** Threads of training; absent: as many as cores. */
  readonly threads?: number;
}

/** The options of realism. */
export interface RealismOptions {
  /** The model of a GAN whose discriminator judges: a folder, or a pipeline's file. */
  readonly model: string;
}

/** The options of pixels. */
export interface PixelsOptions {
  /** How many levels of grey, or of each colour, there are. */
  readonly levels?: number;
  /** nearest: a value becomes the level next to it. A number: the upper of the two levels beside it from that share of the way on; with 2 levels, a threshold. stochastic: one of the two by chance, the nearer the likelier; drawn anew at every pass of a training, once for what is held out. With 2 levels this is stochastic binarisation. */
  readonly rounding?: "nearest" | "stochastic" | number;
  /** The labels that pictures may have: a count (0, 1, …) or their names; absent: those of the training data. */
  readonly labels?: number | readonly (string)[];
}

/** The options of idx. */
export interface IdxOptions {
  /** A row is a picture, and nothing else is possible. */
  readonly rows?: "lines";
  /** Resizes every picture: one number for both sides, or [height, width]; absent: as they are. */
  readonly size?: number | readonly [number, number];
  /** cover: a resized picture keeps its proportions, and what is beyond is cut off. fill: it is stretched. */
  readonly fit?: "cover" | "fill";
  /** 1 makes every picture grey, 3 coloured; absent: as they are. */
  readonly channels?: 1 | 3;
  /** The file of the labels, relative to that of the images; false: none; absent: the one beside it that is called so, labels-idx1 for images-idx3, where there is one. */
  readonly labels?: string | false;
}

/** The options of pictures. */
export interface PicturesOptions {
  /** A row is a picture, and nothing else is possible. */
  readonly rows?: "lines";
  /** Resizes every picture: one number for both sides, or [height, width]; absent: as they are. */
  readonly size?: number | readonly [number, number];
  /** cover: a resized picture keeps its proportions, and what is beyond is cut off. fill: it is stretched. */
  readonly fit?: "cover" | "fill";
  /** 1 makes every picture grey, 3 coloured; absent: as they are. */
  readonly channels?: 1 | 3;
  /** Whether the folder's name is a picture's label. */
  readonly labels?: boolean;
}

/** The options of npy. */
export interface NpyOptions {
  /** A row is a picture, and nothing else is possible. */
  readonly rows?: "lines";
  /** Resizes every picture: one number for both sides, or [height, width]; absent: as they are. */
  readonly size?: number | readonly [number, number];
  /** cover: a resized picture keeps its proportions, and what is beyond is cut off. fill: it is stretched. */
  readonly fit?: "cover" | "fill";
  /** 1 makes every picture grey, 3 coloured; absent: as they are. */
  readonly channels?: 1 | 3;
  /** The file of the labels, relative to that of the images; false: none, as where it is absent. */
  readonly labels?: string | false;
}

/** The options of digits. */
export interface DigitsOptions {
  /** A row is a picture, and nothing else is possible. */
  readonly rows?: "lines";
}

/** The options of grid. */
export interface GridOptions {
  /** How many pictures lie in a row; absent: as many as there are rows. */
  readonly columns?: number;
  /** How many pixels of the sheet a pixel of a picture is wide; absent: so many that small pictures can be seen. */
  readonly scale?: number;
  /** How many pixels lie between pictures. */
  readonly gap?: number;
}

/** The options of strip. */
export interface StripOptions {
  /** How many pixels of the sheet a pixel of a picture is wide; absent: so many that small pictures can be seen. */
  readonly scale?: number;
  /** How many pixels lie between pictures. */
  readonly gap?: number;
}

/** The options of diversity. */
export interface DiversityOptions {
  /** The longest n-grams that are looked at: distinct_1 to distinct_n, and self-BLEU up to n. */
  readonly n?: number;
  /** Self-BLEU is taken over so many of the generated rows at most, chosen by their hash; 0: not at all. */
  readonly self_bleu_rows?: number;
}

/** The options of ngram. */
export interface NgramOptions {
  /** How many tokens an n-gram has, from 1 to 6; what comes next is predicted from one fewer. */
  readonly order?: number;
  /** How mass is spared for what was never read: kneser-ney or laplace, or { "use": one of these, "with": its settings }. */
  readonly smoothing?: "kneser-ney" | {
    readonly use: "kneser-ney";
    /** Settings of kneser-ney. */
    readonly with?: {
      /** What is taken off counts of 1, of 2 and from 3 on, in an order with too few counts to estimate it. */
      readonly discount_fallback?: readonly [number, number, number];
    };
  } | "laplace" | {
    readonly use: "laplace";
    /** Settings of laplace. */
    readonly with?: {
      /** Added to every count; 1 is Laplace’s own. */
      readonly k?: number;
    };
  };
}

/** The options of levels. */
export interface LevelsOptions {
  /** How many numbers a row has. */
  readonly fields: number;
  /** The least number there is. */
  readonly low: number;
  /** The greatest. */
  readonly high: number;
  /** Into how many equal steps the numbers between are rounded; each is an id. */
  readonly levels?: number;
  /** What becomes of a number beyond the bounds: an error, or the nearest bound. */
  readonly outside?: "refuse" | "clamp";
}

/** The options of temperature. */
export interface TemperatureOptions {
  /** Logits are divided by it: below 1 is bolder, above 1 more varied. */
  readonly temperature: number;
}

/** The options of top_k. */
export interface TopKOptions {
  /** Only the k most likely ids, and those as likely as the last of them. */
  readonly top_k: number;
}

/** The options of top_p. */
export interface TopPOptions {
  /** Only the fewest likeliest ids that together have this probability. */
  readonly top_p: number;
}

/** The options of min_p. */
export interface MinPOptions {
  /** Only ids with at least this share of the likeliest one’s probability. */
  readonly min_p: number;
}

/** The options of repetition_penalty. */
export interface RepetitionPenaltyOptions {
  /** Logits of ids that the row holds already are divided by it where positive, multiplied where negative. */
  readonly repetition_penalty: number;
}

/** The options of greedy. */
export interface GreedyOptions {
  /** Logits of ids that the row holds already are divided by it where positive, multiplied where negative. */
  readonly repetition_penalty?: number;
}

/** The options of sampling. */
export interface SamplingOptions {
  /** Logits are divided by it: below 1 is bolder, above 1 more varied. */
  readonly temperature?: number;
  /** Only the k most likely ids, and those as likely as the last of them; 0: all. */
  readonly top_k?: number;
  /** Only the fewest likeliest ids that together have this probability. */
  readonly top_p?: number;
  /** Only ids with at least this share of the likeliest one’s probability. */
  readonly min_p?: number;
  /** Logits of ids that the row holds already are divided by it where positive, multiplied where negative. */
  readonly repetition_penalty?: number;
}

/** The options of bpe. */
export interface BpeOptions {
  /** How many ids there are at most, those of special tokens and single characters included. */
  readonly vocabulary?: number;
  /** What merging begins with: the 256 bytes of UTF-8, or the characters of the training data. */
  readonly alphabet?: "bytes" | "characters";
  /** Of characters: whether one without an id is spelled in bytes instead of becoming unk_token; true where it is left out. */
  readonly byte_fallback?: boolean;
  /** Of characters: the share of the training data whose characters get an id; 0.9995 where it is left out. */
  readonly character_coverage?: number;
  /** What makes texts alike before they are split, by name or as tokenizer.json describes it. */
  readonly normalizer?: "none" | "nfc" | "nfd" | "nfkc" | "nfkd" | "lowercase" | "bert" | "bert_uncased" | {
    readonly type: string;
  };
  /** What splits texts before merging, by name or as tokenizer.json describes it: gpt2 for bytes and metaspace for characters where it is left out. */
  readonly pretokenizer?: "gpt2" | "cl100k" | "o200k" | "metaspace" | "digits" | "none" | {
    readonly type: string;
  };
  /** Pairs that occur less often in the training data are not merged. */
  readonly min_count?: number;
  /** No token has more characters than this. */
  readonly longest?: number;
  /** Special tokens by the names of special_tokens_map.json; bos_token or cls_token begins a row, eos_token or sep_token ends it. */
  readonly special_tokens?: Readonly<Record<string, string>>;
  /** More special tokens: a model may use them, no text becomes them. */
  readonly more_special_tokens?: readonly (string)[];
}

/** The options of wordpiece. */
export interface WordpieceOptions {
  /** How many ids there are at most, those of special tokens and single characters included. */
  readonly vocabulary?: number;
  /** The share of the training data whose characters get an id of their own; the rarest beyond it do not. */
  readonly character_coverage?: number;
  /** What makes texts alike before they are split, by name or as tokenizer.json describes it. */
  readonly normalizer?: "none" | "nfc" | "nfd" | "nfkc" | "nfkd" | "lowercase" | "bert" | "bert_uncased" | {
    readonly type: string;
  };
  /** What splits texts into words, by name or as tokenizer.json describes it. */
  readonly pretokenizer?: "bert" | "whitespace" | "spaces" | {
    readonly type: string;
  };
  /** Pairs that occur less often in the training data are not merged. */
  readonly min_count?: number;
  /** No token has more characters than this. */
  readonly longest?: number;
  /** Special tokens by the names of special_tokens_map.json; bos_token or cls_token begins a row, eos_token or sep_token ends it. */
  readonly special_tokens?: Readonly<Record<string, string>>;
  /** More special tokens: a model may use them, no text becomes them. */
  readonly more_special_tokens?: readonly (string)[];
}

/** The options of unigram. */
export interface UnigramOptions {
  /** How many ids there are at most, those of special tokens and single characters included. */
  readonly vocabulary?: number;
  /** Whether a character without an id is spelled in bytes instead of becoming unk_token. */
  readonly byte_fallback?: boolean;
  /** The share of the training data whose characters get an id of their own; the rarest beyond it do not. */
  readonly character_coverage?: number;
  /** What makes texts alike before they are split, by name or as tokenizer.json describes it. */
  readonly normalizer?: "none" | "nfc" | "nfd" | "nfkc" | "nfkd" | "lowercase" | "bert" | "bert_uncased" | {
    readonly type: string;
  };
  /** What splits texts, by name or as tokenizer.json describes it. */
  readonly pretokenizer?: "metaspace" | "gpt2" | "cl100k" | "o200k" | "none" | {
    readonly type: string;
  };
  /** No token has more characters than this. */
  readonly longest?: number;
  /** Special tokens by the names of special_tokens_map.json; bos_token or cls_token begins a row, eos_token or sep_token ends it. */
  readonly special_tokens?: Readonly<Record<string, string>>;
  /** More special tokens: a model may use them, no text becomes them. */
  readonly more_special_tokens?: readonly (string)[];
}

/** The options of tokenizer. */
export interface TokenizerOptions {
  /** Somebody's tokenizer: a tokenizer.json, a tiktoken rank file, a SentencePiece model, a vocab.txt, a vocab.json beside its merges.txt, or a folder with one; relative to the pipeline's file. */
  readonly from: string;
  /** Of a rank file: which encoding splits the text (cl100k_base), where the name of the file does not say. */
  readonly encoding?: string;
  /** Special tokens by the names of special_tokens_map.json, over what the files say. */
  readonly special_tokens?: Readonly<Record<string, string>>;
}

/** The options of characters. */
export interface CharactersOptions {
  /** Characters that occur less often in the training data become the unknown token. */
  readonly min_count?: number;
}

/** The options of words. */
export interface WordsOptions {
  /** Whether capitals become small letters before anything else. */
  readonly lowercase?: boolean;
  /** keep: only white space separates words. split: punctuation and symbols are words of their own, one a character. */
  readonly punctuation?: "keep" | "split";
  /** Words that occur less often in the training data become the unknown token. */
  readonly min_count?: number;
}

/** The options of text. */
export interface TextReaderOptions {
  /** What one row is: a whole file, or one of its lines. Lines of white space alone are no rows. */
  readonly rows?: "document" | "lines";
}

/** The options of jsonl. */
export interface JsonlReaderOptions {
  /** The field that holds the text; or a list of fields, of any kind, which are a row together. */
  readonly tokens?: string | readonly (string)[];
  /** The field that holds what the text is conditioned on. */
  readonly given?: string;
}

/** The options of csv. */
export interface CsvReaderOptions {
  /** The column that holds the text: its name in the first line, or its number from 0 where the first line is data; or a list of columns, which are a row together. */
  readonly tokens?: string | number | readonly (string | number)[];
  /** The column that holds what the text is conditioned on: its name in the first line, or its number from 0 where the first line is data. */
  readonly given?: string | number;
  /** What separates fields; else a tab in .tsv files, a comma in others. */
  readonly delimiter?: string;
  /** What fields are quoted with, "" for nothing; else nothing beside tabs, " elsewhere. */
  readonly quote?: string;
}

/** The options of jsonl. */
export interface JsonlWriterOptions {
  /** The field that holds the text; or a list of fields, of any kind, which are a row together. */
  readonly tokens?: string | readonly (string)[];
  /** The field that holds what the text is conditioned on. */
  readonly given?: string;
}

/** The options of csv. */
export interface CsvWriterOptions {
  /** The column that holds the text: its name in the first line, or its number from 0 where the first line is data; or a list of columns, which are a row together. */
  readonly tokens?: string | number | readonly (string | number)[];
  /** The column that holds what the text is conditioned on: its name in the first line, or its number from 0 where the first line is data. */
  readonly given?: string | number;
  /** What separates fields; else a tab in .tsv files, a comma in others. */
  readonly delimiter?: string;
  /** What fields are quoted with, "" for nothing; else nothing beside tabs, " elsewhere. */
  readonly quote?: string;
}

/** The options of transformer. */
export interface TransformerOptions {
  /** A folder with config.json and model.safetensors, of which the architecture and the first weights are. */
  readonly model?: string;
  /** Of a folder without safetensors: which of its .onnx is read, in onnx/ or beside config.json, by its name without the ending; unless told the first of model, decoder_model_merged and decoder_with_past_model, then those of less precision: model_fp16, model_quantized, model_q4 … */
  readonly onnx?: string;
  /** What is not said: layer norms, learned positions, GELU, biases and tied embeddings (gpt2, unless told), or root mean square norms, rotary positions and SwiGLU (llama): gpt2, llama. */
  readonly preset?: "gpt2" | "llama";
  /** How many blocks; 4 unless told. */
  readonly layers?: number;
  /** Heads of queries in each; 4 unless told. */
  readonly heads?: number;
  /** Heads of keys and values, a divisor of "heads"; as many unless told. */
  readonly kv_heads?: number;
  /** The width of a head; width / heads unless told. */
  readonly head_width?: number;
  /** The width of the residual stream; 128 unless told. */
  readonly width?: number;
  /** The width inside the feed-forward; 4 × width unless told, or 8/3 × width where it is gated. */
  readonly feed_forward?: number;
  /** What bends in the feed-forward: gelu, gelu_tanh, relu, swiglu, geglu. */
  readonly activation?: "gelu" | "gelu_tanh" | "relu" | "swiglu" | "geglu";
  /** The norm: layer, rms. */
  readonly norm?: "layer" | "rms";
  /** What a norm adds to the variance; 1e-5 unless told. */
  readonly norm_epsilon?: number;
  /** Norms before each sublayer, or after: pre, post. */
  readonly norm_placement?: "pre" | "post";
  /** Whether each head's queries and keys are normed; not unless told. */
  readonly qk_norm?: boolean;
  /** How tokens know where they are: learned, sinusoidal, rotary, alibi, none. */
  readonly positions?: "learned" | "sinusoidal" | "rotary" | "alibi" | "none";
  /** The base of rotary wavelengths; 10000 unless told. */
  readonly rope_theta?: number;
  /** How rotary positions are stretched beyond the context that they were trained for. */
  readonly rope_scaling?: {
    readonly type: "linear";
    /** How much longer rows may be. */
    readonly factor: number;
  } | {
    readonly type: "llama3";
    /** How much longer rows may be. */
    readonly factor: number;
    /** Turns within the first context below which a wave is stretched. */
    readonly low_freq_factor: number;
    /** Turns above which it is kept. */
    readonly high_freq_factor: number;
    /** The context that was first learned from. */
    readonly original_max_position_embeddings: number;
  } | {
    readonly type: "yarn";
    /** How much longer rows may be. */
    readonly factor: number;
    /** The context that was first learned from. */
    readonly original_max_position_embeddings: number;
    /** Turns above which a wave is kept; 32 unless told. */
    readonly beta_fast?: number;
    /** Turns below which it is stretched; 1 unless told. */
    readonly beta_slow?: number;
    /** What cosines and sines are multiplied by; of the factor unless told. */
    readonly attention_factor?: number;
  };
  /** Whether the head is the embedding itself. */
  readonly tied_embeddings?: boolean;
  /** Which products have a bias: all, qkv, none. */
  readonly biases?: "all" | "qkv" | "none";
  /** The share that is left out in training; 0 unless told. */
  readonly dropout?: number;
  /** The most tokens a row may hold; 64 unless told. */
  readonly context?: number;
  /** How many tokens back attention looks; all unless told. With relative positions a row may then be of any length. */
  readonly window?: number;
  /** A mixture of experts. */
  readonly experts?: {
    /** How many feed-forwards each layer has. */
    readonly count: number;
    /** How many of them a token passes through. */
    readonly active: number;
  };
  /** How it reads: single precision, or weights of 8 or 4 bits: float32, int8, int4. */
  readonly precision?: "float32" | "int8" | "int4";
  /** The same of the head; single precision unless told: float32, int8, int4. */
  readonly precision_head?: "float32" | "int8" | "int4";
  /** Where it is trained and read: cpu, webgpu, cuda, auto. */
  readonly device?: "cpu" | "webgpu" | "cuda" | "auto";
  /** Threads within one operator; as many as cores unless told. */
  readonly threads?: number;
}

/** How transformer is trained. */
export interface TransformerTraining {
  /** How many steps of the optimiser. */
  readonly steps?: number;
  /** How many windows a step learns from. */
  readonly batch?: number;
  /** How many tokens a window has; the context unless told. */
  readonly length?: number;
  /** Whether short rows share a window; none sees another. Rows longer than a window are read at random places. */
  readonly pack?: boolean;
  /** What follows the gradient; adamw unless told. */
  readonly optimizer?: "adamw" | {
    readonly use: "adamw";
    readonly with?: {
      /** The learning rate at its highest; 1e-3 unless told, of sgd 0.1, of lion 1e-4. */
      readonly learning_rate?: number;
      /** How much of the mean, and of the mean square, is kept. */
      readonly betas?: readonly (number)[];
      /** What keeps a division from zero. */
      readonly epsilon?: number;
      /** How much weights of two axes shrink, times the learning rate. */
      readonly weight_decay?: number;
    };
  } | "adam" | {
    readonly use: "adam";
    readonly with?: {
      /** The learning rate at its highest; 1e-3 unless told, of sgd 0.1, of lion 1e-4. */
      readonly learning_rate?: number;
      /** How much of the mean, and of the mean square, is kept. */
      readonly betas?: readonly (number)[];
      /** What keeps a division from zero. */
      readonly epsilon?: number;
    };
  } | "lion" | {
    readonly use: "lion";
    readonly with?: {
      /** The learning rate at its highest; 1e-3 unless told, of sgd 0.1, of lion 1e-4. */
      readonly learning_rate?: number;
      /** How much of the mean, and of the mean square, is kept. */
      readonly betas?: readonly (number)[];
      /** How much weights of two axes shrink, times the learning rate. */
      readonly weight_decay?: number;
    };
  } | "sgd" | {
    readonly use: "sgd";
    readonly with?: {
      /** The learning rate at its highest; 1e-3 unless told, of sgd 0.1, of lion 1e-4. */
      readonly learning_rate?: number;
      /** How much of the last move is kept. */
      readonly momentum?: number;
      /** Whether the slope is taken where the move leads. */
      readonly nesterov?: boolean;
    };
  } | "rmsprop" | {
    readonly use: "rmsprop";
    readonly with?: {
      /** The learning rate at its highest; 1e-3 unless told, of sgd 0.1, of lion 1e-4. */
      readonly learning_rate?: number;
      /** How much of the mean square is kept. */
      readonly decay?: number;
      /** What keeps a division from zero. */
      readonly epsilon?: number;
    };
  };
  /** How the learning rate moves; cosine unless told. */
  readonly schedule?: "constant" | {
    readonly use: "constant";
    readonly with?: {
      /** Steps over which the rate first rises; 0 unless told. */
      readonly warmup?: number;
    };
  } | "linear" | {
    readonly use: "linear";
    readonly with?: {
      /** Steps over which the rate first rises; 0 unless told. */
      readonly warmup?: number;
      /** The rate at the end; 0 unless told. */
      readonly floor?: number;
    };
  } | "cosine" | {
    readonly use: "cosine";
    readonly with?: {
      /** Steps over which the rate first rises; 0 unless told. */
      readonly warmup?: number;
      /** The rate at the end; 0 unless told. */
      readonly floor?: number;
    };
  } | "inverse_square_root" | {
    readonly use: "inverse_square_root";
    readonly with?: {
      /** Steps over which the rate first rises; 0 unless told. */
      readonly warmup?: number;
    };
  } | "one_cycle" | {
    readonly use: "one_cycle";
    readonly with?: {
      /** Steps over which the rate first rises; 0 unless told. */
      readonly warmup?: number;
    };
  };
  /** The most that all gradients together may be long. */
  readonly clip?: number;
  /** How many batches make a step. */
  readonly accumulate?: number;
  /** How much of a moving average of the weights is kept each step; the average is then the model. None unless told. */
  readonly average?: number;
  /** After how many steps each a sample is shown while it trains; none unless told. */
  readonly sample_every?: number;
  /** How much of each target is spread over all ids. */
  readonly label_smoothing?: number;
  /** What the even use of experts weighs in the loss, where there are experts. */
  readonly balance?: number;
}

/** The options of vae. */
export interface VaeOptions {
  /** What is learned: vae, importance_weighted, autoencoder, or { "use": one of these, "with": its settings }. */
  readonly family?: "vae" | {
    readonly use: "vae";
    readonly with?: {
      /** The weight of the divergence; 1: the ELBO. Higgins et al. (2017). */
      readonly beta?: number;
      /** Over so many steps the weight rises in a line from 0. Bowman et al. (2016). */
      readonly annealing?: number;
      /** Nats of divergence that each latent unit has for nothing. Kingma et al. (2016). */
      readonly free_bits?: number;
    };
  } | "importance_weighted" | {
    readonly use: "importance_weighted";
    readonly with?: {
      /** Codes drawn for each row. Burda et al. (2016). */
      readonly samples?: number;
    };
  } | "autoencoder" | {
    readonly use: "autoencoder";
    readonly with?: {
      /** Where new codes come from: nowhere, so that sampling is refused; or a Gaussian fitted to the codes of the training rows. */
      readonly prior?: "none" | "gaussian";
    };
  };
  /** How many numbers a code has. */
  readonly latent?: number;
  /** Dense layers; convolutions over pictures; convolutions along texts: dense, conv, conv1d, or { "use": one of these, "with": its settings }. */
  readonly network?: "dense" | {
    readonly use: "dense";
    readonly with?: {
      /** The width of each layer; the decoder mirrors them. */
      readonly layers?: readonly (number)[];
    };
  } | "conv" | {
    readonly use: "conv";
    readonly with?: {
      /** Of each convolution, 4 wide with stride 2; the decoder mirrors them. */
      readonly channels?: readonly (number)[];
      /** Of the dense layer between convolutions and code. */
      readonly width?: number;
    };
  } | "conv1d" | {
    readonly use: "conv1d";
    readonly with?: {
      /** Of each convolution, 4 wide with stride 2; the decoder mirrors them. */
      readonly channels?: readonly (number)[];
      /** Of the dense layer between convolutions and code. */
      readonly width?: number;
    };
  };
  /** Of each position: a probability for each id; or a discretised logistic over levels in order. */
  readonly likelihood?: "categorical" | "logistic";
  /** Whether rows are conditioned on what they are given: a label. */
  readonly conditional?: boolean;
  /** Rows are encoded with this done to them, and decoded as they were: a denoising autoencoder. Vincent et al. (2008). */
  readonly corruption?: {
    readonly use: "gaussian";
    /** Of the noise; levels go from 0 to 1. */
    readonly deviation: number;
    /** Whether what leaves [0, 1] is brought back. */
    readonly clip?: boolean;
  } | {
    readonly use: "masking";
    /** Of the positions that are blanked. */
    readonly share: number;
  } | {
    readonly use: "salt_and_pepper";
    /** Of the positions that become the lowest or the highest level. */
    readonly share: number;
  };
  /** The most tokens of a row, stop included, where the tokenizer knows no shape. */
  readonly length?: number;
  /** Where it computes; "auto": a GPU that is there, else the CPU. */
  readonly device?: "auto" | "cpu" | "webgpu" | "cuda";
  /** Within one operator; absent: as many as cores. */
  readonly threads?: number;
}

/** How vae is trained. */
export interface VaeTraining {
  /** Passes over the training rows. */
  readonly epochs?: number;
  /** Rows a step. */
  readonly batch?: number;
  /** Of Adam; the highest. */
  readonly learning_rate?: number;
  /** How the learning rate goes: as it is, or along half a cosine to 0. */
  readonly schedule?: "constant" | "cosine";
  /** Steps over which the learning rate first rises. */
  readonly warmup?: number;
  /** The most that the length of all gradients may be. */
  readonly clip?: number;
}

/** The options of latent. */
export interface LatentOptions {
  /** Codes drawn for a row where its likelihood is bounded by many. */
  readonly draws?: number;
  /** How many of the held-out rows are bounded so. */
  readonly bound_rows?: number;
  /** A file for the codes of the held-out rows, in their order: .npy or .jsonl, relative to the current folder. */
  readonly codes?: string;
  /** Of what it draws. */
  readonly seed?: number;
}

/** What can read. */
export type ReadStage = Stage<'csv', CsvReaderOptions> | Stage<'digits', DigitsOptions> | Stage<'idx', IdxOptions> | Stage<'jsonl', JsonlReaderOptions> | Stage<'npy', NpyOptions> | Stage<'pictures', PicturesOptions> | Stage<'text', TextReaderOptions>;

/** What can tokenize. */
export type TokenizeStage = Stage<'bpe', BpeOptions> | Stage<'bytes', Record<string, never>> | Stage<'characters', CharactersOptions> | Stage<'levels', LevelsOptions> | Stage<'pixels', PixelsOptions> | Stage<'tokenizer', TokenizerOptions> | Stage<'unigram', UnigramOptions> | Stage<'wordpiece', WordpieceOptions> | Stage<'words', WordsOptions>;

/** What can process. */
export type ProcessStage = Stage<'min_p', MinPOptions> | Stage<'repetition_penalty', RepetitionPenaltyOptions> | Stage<'temperature', TemperatureOptions> | Stage<'top_k', TopKOptions> | Stage<'top_p', TopPOptions>;

/** What can evaluate. */
export type EvaluateStage = Stage<'classes', ClassesOptions, Timed> | Stage<'distances', DistancesOptions, Timed> | Stage<'diversity', DiversityOptions, Timed> | Stage<'latent', LatentOptions, Timed> | Stage<'likelihood', Record<string, never>, Timed> | Stage<'memorisation', MemorisationOptions, Timed> | Stage<'realism', RealismOptions, Timed>;

/** What can write. */
export type WriteStage = Stage<'album', Record<string, never>> | Stage<'array', Record<string, never>> | Stage<'csv', CsvWriterOptions> | Stage<'grid', GridOptions> | Stage<'jsonl', JsonlWriterOptions> | Stage<'numbers', Record<string, never>> | Stage<'strip', StripOptions> | Stage<'text', Record<string, never>>;

/** What a tokenizer’s raw matter is, by its name; a plugin of your own can add its own by declaration merging. */
export interface RawByTokenizer {
  bpe: string;
  bytes: string;
  characters: string;
  tokenizer: string;
  unigram: string;
  wordpiece: string;
  words: string;
}

/** A pipeline as a value; what its JSON file may hold. */
export interface PipelineDefinition {
  /** Where an editor finds the schema. */
  readonly $schema?: string;
  /** Names the folder of the models. */
  readonly name: string;
  /** Modules of the user's own stages. */
  readonly plugins?: readonly (string)[];
  /** How measures are taken. */
  readonly evaluate?: {
    /** How many samples are generated for measures of generated items. */
    readonly samples?: number;
    /** At most so many held-out rows are scored; absent: all. */
    readonly rows?: number;
    /** How far the window moves over rows longer than the context, in tokens. */
    readonly stride?: number;
  };
  /** How requests share the backend; a model stands when it changes. */
  readonly batching?: {
    /** How many rows share a pass, and how many samples of a request run at a time. */
    readonly width?: number;
    /** How many tokens a pass reads, 2048 unless told: longer prompts are read in pieces, between the steps of others. */
    readonly chunk?: number;
    /** How many requests may wait for their turn beside those that fill a pass; more are refused. */
    readonly queue?: number;
  };
  /** What `stagewright test` holds the pipeline to. */
  readonly tests?: {
    /** Inputs and what must come of them. */
    readonly examples?: readonly ({
      /** What the sample begins with. */
      readonly prompt?: string;
      /** The whole sample, its prompt included. */
      readonly expected?: string;
      /** A regular expression that fits somewhere in the sample. */
      readonly matches?: string;
      /** The sample's luck; absent: the pipeline's seed. */
      readonly seed?: number;
      /** At most so many tokens. */
      readonly max_new_tokens?: number;
    })[];
    /** Bounds by measure: `likelihood.perplexity`. */
    readonly measures?: Readonly<Record<string, {
      /** The least it may be. */
      readonly minimum?: number;
      /** The most it may be. */
      readonly maximum?: number;
    }>>;
    /** Laws with how often and with what luck they are held. */
    readonly laws?: readonly ({
      /** The name of a law, or its beginning: `tokenize/` is every law of tokenizers. */
      readonly law: string;
      /** How many samples it is held to. */
      readonly runs?: number;
      /** Of those samples; absent: one that is always the same. */
      readonly seed?: number;
    })[];
  };
  /** How often a training writes down what it takes to go on after an interruption; 0: at every word of progress. */
  readonly checkpoint_seconds?: number;
  /** Of all luck: held-out rows, training, samples. */
  readonly seed?: number;
  /** What is learned from. */
  readonly data?: {
    readonly train: string | readonly string[];
    readonly valid?: string | number | readonly (string)[];
    /** Draw the held-out rows at random, by the seed, instead of taking the last: for sorted files. */
    readonly shuffle?: boolean;
    /** What one sequence is: a whole document, one of its lines, or fields of JSONL or CSV. */
    readonly rows?: "document" | "lines" | {
      /** The field that holds the sequence; or a list of fields, which are a row together. */
      readonly tokens: string | number | readonly (string | number)[];
      /** The field that holds what it is conditioned on. */
      readonly given?: string | number;
    };
    readonly read?: ReadStage;
  };
  /** Tokenize, encode, attend, decode, sample, evaluate. */
  readonly stages: {
    readonly tokenize: TokenizeStage;
    readonly backend?: 'gan' | 'ngram' | 'transformer' | 'vae' | (string & {});
    readonly encode?: Stage<'gan', GanOptions, Timed> | Stage<'ngram', NgramOptions, Timed> | Stage<'transformer', TransformerOptions, Timed> | Stage<'vae', VaeOptions, Timed>;
    readonly attend?: Stage<'gan', GanOptions, Timed> | Stage<'ngram', NgramOptions, Timed> | Stage<'transformer', TransformerOptions, Timed> | Stage<'vae', VaeOptions, Timed>;
    readonly decode?: Stage<'gan', GanOptions, Timed> | Stage<'ngram', NgramOptions, Timed> | Stage<'transformer', TransformerOptions, Timed> | Stage<'vae', VaeOptions, Timed>;
    readonly sample: Stage<'greedy', GreedyOptions, Timed & { readonly processors?: readonly ProcessStage[] }> | Stage<'multinomial', Record<string, never>, Timed & { readonly processors?: readonly ProcessStage[] }> | Stage<'sampling', SamplingOptions, Timed & { readonly processors?: readonly ProcessStage[] }>;
    readonly evaluate?: 'auto' | EvaluateStage | readonly EvaluateStage[];
  };
  readonly backends?: { readonly gan?: BackendEntry<'gan', GanOptions, GanTraining>; readonly ngram?: BackendEntry<'ngram', NgramOptions, Record<string, never>>; readonly transformer?: BackendEntry<'transformer', TransformerOptions, TransformerTraining>; readonly vae?: BackendEntry<'vae', VaeOptions, VaeTraining> } & {
    readonly [name: string]: BackendEntry<'gan', GanOptions, GanTraining> | BackendEntry<'ngram', NgramOptions, Record<string, never>> | BackendEntry<'transformer', TransformerOptions, TransformerTraining> | BackendEntry<'vae', VaeOptions, VaeTraining>;
  };
  /** What is generated when nothing else is asked; settings of the sampler may stand here too. */
  readonly generate?: {
    /** How many samples. */
    readonly count?: number;
    /** At most so many new tokens each; 200 unless told. */
    readonly max_new_tokens?: number;
    /** Instead of max_new_tokens: at most so many tokens each, the prompt included. */
    readonly max_length?: number;
    /** A text that ends a sample, or several, of which the first that comes does; it is not told. An empty list: none. */
    readonly stop?: string | readonly (string)[];
    /** Ids that end a sample besides the tokenizer's and the model's own; they are not of the sample. An empty list: none. */
    readonly stop_token_ids?: readonly (number)[];
    /** Log-probabilities of what is generated, in nats, by the model's own distribution before the sampler changes it, and of so many likeliest in each place; 0: of what is generated alone. */
    readonly logprobs?: number;
    /** At least so many new tokens each: before, no id can be chosen that ends one. */
    readonly min_new_tokens?: number;
    /** What every sample begins with. */
    readonly prompt?: string;
    /** Several, which the samples take in turn; a task reads them all: the ends of a path. */
    readonly prompts?: readonly (unknown)[];
    /** A conversation, which the tokenizer's chat template makes the prompt of; samples are the answer alone. */
    readonly messages?: readonly ({
      /** Who says it: system, user, assistant, or whom the template knows. */
      readonly role: string;
      /** What is said: a text; parts, as the template reads them; null beside calls of tools. */
      readonly content: string | null | readonly (unknown)[];
    })[];
    /** Whether texts of special tokens in prompts are read as those tokens; not unless told, so that no text can pretend. */
    readonly special_tokens?: boolean;
    /** What samples are conditioned on: a source sentence, a label; of a list each sample takes the next. */
    readonly given?: unknown;
    /** What is asked of the backend besides sampling: { "name": "interpolate" }. */
    readonly task?: {
      /** A task that the backend declares. */
      readonly name: string;
      /** The task's own settings. */
      readonly with?: Readonly<Record<string, unknown>>;
    };
    readonly write?: WriteStage;
    readonly repetition_penalty?: number;
    readonly temperature?: number;
    readonly top_k?: number;
    readonly top_p?: number;
    readonly min_p?: number;
  };
}
