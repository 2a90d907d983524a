import { Command } from 'commander';
export const test = (): Command => new Command('test');
