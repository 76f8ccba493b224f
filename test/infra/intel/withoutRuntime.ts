// The model worker on a machine where the optional onnxruntime-node was not installed.
import { registerHooks } from 'node:module'

registerHooks({
  resolve: (specifier, context, next) => {
    if (specifier !== 'onnxruntime-node') return next(specifier, context)
    throw Object.assign(new Error("Cannot find package 'onnxruntime-node'"), {
      code: 'ERR_MODULE_NOT_FOUND',
    })
  },
})

await import('../../../src/infra/intel/modelWorker.ts')
