/** ✖ is what the cruiser's parser makes of a line that imports `from` by name into a class with private fields. What the compiled modules import at run time: circles, what does not resolve, what only developers have. The layers are in test/structure.test.ts. */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^✖$' } },
    { name: 'not-to-dev', severity: 'error', from: {}, to: { dependencyTypes: ['npm-dev'] } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
