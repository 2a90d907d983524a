import { Command } from 'commander';
export const create = (): Command => new Command('new');
