import { setUp } from './engine-stage.ts';
import { matrixContract } from './matrix.contract.ts';

matrixContract('the engine', setUp, 'conversations');
