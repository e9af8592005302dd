export {
  generateSample,
  type Sample,
  type SampleFile,
  type SampleMonth,
  type SampleOptions,
} from './generate.ts'
