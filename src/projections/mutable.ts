// A projection's state as its own fold holds it: the log hands it over, so it is changed in place.

export type Mutable<S> = { -readonly [K in keyof S]: Mutable<S[K]> }
